package core

// PushServerKey is what the page of bound browsers gives to PushManager.subscribe; "" where no messages go to browsers.
func (m *Machine) PushServerKey() string {
	if m.cfg.Approvals == nil {
		return ""
	}
	return m.cfg.Approvals.ServerKey()
}

// PromptsElsewhere says whether bound browsers are told of each prompt, whether they gave a subscription or not.
func (m *Machine) PromptsElsewhere() bool { return m.cfg.PromptAll }
