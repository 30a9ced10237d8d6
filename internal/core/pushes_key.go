package core

// PushServerKey is what the page of bound browsers gives to PushManager.subscribe; "" where no messages go to browsers.
func (m *Machine) PushServerKey() string {
	if m.cfg.Approvals == nil {
		return ""
	}
	return m.cfg.Approvals.ServerKey()
}
