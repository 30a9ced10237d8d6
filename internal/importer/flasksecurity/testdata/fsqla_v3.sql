-- What examples/migrate/people.py makes with Flask-Security 5.1.2 and its models fsqla_v3.
BEGIN TRANSACTION;
CREATE TABLE role (
	id INTEGER NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	description VARCHAR(255), 
	permissions TEXT, 
	update_datetime DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "role" VALUES(1,'staff',NULL,NULL,'2026-11-27 15:02:07');
INSERT INTO "role" VALUES(2,'editors',NULL,NULL,'2026-11-27 15:02:07');
INSERT INTO "role" VALUES(3,'Customer Support',NULL,NULL,'2026-11-27 15:02:48');
CREATE TABLE roles_users (
	user_id INTEGER, 
	role_id INTEGER, 
	FOREIGN KEY(user_id) REFERENCES user (id), 
	FOREIGN KEY(role_id) REFERENCES role (id)
);
INSERT INTO "roles_users" VALUES(1,1);
INSERT INTO "roles_users" VALUES(1,2);
INSERT INTO "roles_users" VALUES(6,3);
CREATE TABLE user (
	id INTEGER NOT NULL, 
	email VARCHAR(255) NOT NULL, 
	active BOOLEAN NOT NULL, 
	fs_uniquifier VARCHAR(64) NOT NULL, 
	confirmed_at DATETIME, 
	last_login_at DATETIME, 
	current_login_at DATETIME, 
	last_login_ip VARCHAR(64), 
	current_login_ip VARCHAR(64), 
	login_count INTEGER, 
	tf_primary_method VARCHAR(64), 
	tf_totp_secret VARCHAR(255), 
	tf_phone_number VARCHAR(128), 
	create_datetime DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL, 
	update_datetime DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL, 
	username VARCHAR(255), 
	us_totp_secrets TEXT, 
	fs_webauthn_user_handle VARCHAR(64), 
	mf_recovery_codes TEXT, 
	password VARCHAR(255), 
	us_phone_number VARCHAR(128), 
	PRIMARY KEY (id), 
	UNIQUE (email), 
	UNIQUE (fs_uniquifier), 
	UNIQUE (username), 
	UNIQUE (fs_webauthn_user_handle), 
	UNIQUE (us_phone_number)
);
INSERT INTO "user" VALUES(1,'ann@example.org',1,'e8e92bcaf0b246f48de811f07fcf5af3','2026-11-27 15:01:57.744210',NULL,NULL,NULL,NULL,NULL,'authenticator','{"enckey":{"c":14,"k":"GUCX4KRYR4EE4FQUGXUWBHC2WWMPEY23","s":"ZV447GJTAYAMBGBTQ3YA","t":"2","v":1},"type":"totp","v":1}',NULL,'2026-11-27 15:01:56','2026-11-27 15:02:07.686326','ann',NULL,'0ecf0ce7b17f4afca2c28d3f530f7592','gAAAAABrCZtvD22M9T2lwwWmamU7Jkbw4-_ZHtSprTPsyczIYjctTuRqUEPh-zRzzCf_W40cxwp_vSRi-l94zMML45fwroThKA==,gAAAAABrCZtvTqqqlbs9K0faBQEd6ohLt5x5719ecXeijkY0gxcbWf1_CS64Na6x3hftntheUOgZWx3tCQouNctfg0pAw5hasw==,gAAAAABrCZtvtNQXUGF8X82ZnVs1-LZSQ6kp7w6aI5K5z4-ik8su7tp6rRB6XwcDmeAgmZbEw8pqFgZykVTQ-GgTNjBIlYisWw==,gAAAAABrCZtvykrY64McLTZm89YYWKMWVRqC6PkljWi_TnaEXoZufX_Jey-Nuo-enFncW77hC7c0THLE-ILHRs1PfZmNJL__ZQ==,gAAAAABrCZtvyBIbb7_3F9N_KpPN5b5J_w03odWqM-InFOfiJMlJSaaXAu-QwvXCoT7MU0WtLpmsO51TFwK0kd-Mnc8oyBwbiQ==','$argon2id$v=19$m=102400,t=10,p=8$t5ZyTgmBsJbSOscY4zznPA$sh+jLhIZgLbBroLseKR6Hg',NULL);
INSERT INTO "user" VALUES(2,'bob@example.org',1,'b51f1527cadf4163b5eab25f0e974e70','2026-11-27 15:02:12.793561',NULL,NULL,NULL,NULL,NULL,'sms','{"enckey":{"c":14,"k":"VZ6UQAZHPK27Y7CGKAQAZO3A6OHGYJUM","s":"UT2P5X53657K7VJ2E4CA","t":"2","v":1},"type":"totp","v":1}','0151 23456789','2026-11-27 15:02:11','2026-11-27 15:02:14.450513',NULL,NULL,'82b8d4dffb894699bfa2c1ced957bb0a','gAAAAABrCZt2efas45Eofa8M-yxVxXAI-6lTgNuQbgRPpyma6Aysa3Vb8k4jV41uI_UYgtfPXAqo6766jYaFCQpgjzXGXdFCVQ==,gAAAAABrCZt2kOtXW_xz_etiC2eDmrFySDhDFuHknbP8LKcHePPPEbl9gKPw3Ngh8GbXzrbWHSVnjs9gzYuWxSyABCE1i6wBHg==,gAAAAABrCZt2s2XXXonMSItSEUQZXvnY33hevXWnHsJNmtsZug3p-FpmRMOzGfPYzohJyVrV3pkOpEGIXKKCbvsQZuY-XscGjw==,gAAAAABrCZt2Z_mjVp18xAVwWjoZfcYrprXE9LxkquBgOHkZLOQzW9FnarGOr6mDPAGSFnF0eCBTlrdb9JFQHdISK-CHVc__Rw==,gAAAAABrCZt2vGm9P9fBpVX_XgyzuFtbz8X70gAyNVaNZnAMvQlGt0s8cMFwvn67tKKmE8hfdnBnFrGFmAWMS74BS7R35E465g==','$2b$12$o9p10OncOWiT7zM/cAlbiunwXjXKXislDWsZPADG.DiegDaSmoXF6',NULL);
INSERT INTO "user" VALUES(3,'cem@example.org',1,'c19d0fc3de8a4faea20187e38da2661f','2026-11-27 15:02:19.470227',NULL,NULL,NULL,NULL,NULL,'email','{"enckey":{"c":14,"k":"ZAB5TUYEH5F32ZOESDEAPJCQOGWE6KPI","s":"QBIIVMLWVYK6F7E7CNBA","t":"2","v":1},"type":"totp","v":1}',NULL,'2026-11-27 15:02:17','2026-11-27 15:02:19.754430',NULL,NULL,'29adc16f1af64109beaa5b961694bf21',NULL,'$pbkdf2-sha512$25000$0ppzLoWw9n4P4RxjjFGqVQ$dOLcwA2S3PsmKOLAtPPvZxH0s/0a7PI1eELsaBjiKZmFQNcz5exJdGO85kgM91z7fzfcs6gB5GaxW7FMfjA2kg',NULL);
INSERT INTO "user" VALUES(4,'dora@example.org',1,'d0fa234859c54c5f9732934d3b2244a3',NULL,NULL,NULL,NULL,NULL,NULL,'authenticator','{"enckey":{"c":14,"k":"REHHUUGNUHTT344F5AANZQSQ3LG7HXJ6","s":"JAUULSCZVM2SNJFUS3JA","t":"2","v":1},"type":"totp","v":1}',NULL,'2026-11-27 15:02:27','2026-11-27 15:02:32.845698',NULL,NULL,'2545eb219d9445cfbb87fd3a15ecb083',NULL,'$6$rounds=656000$iYG3v428g6hjZrEc$6mCJF2ovgP8UfJYc3tvlyjtYAX5tW.wXtaTG785sPyfl5ULb34mPjTKZqymB7m7PeJ0A1OLP544JITaqv2KAh.',NULL);
INSERT INTO "user" VALUES(5,'eve@example.org',0,'e2447c0603af46488692278c29fb6c07','2026-11-27 15:02:39.773191',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-27 15:02:37','2026-11-27 15:02:42.690766',NULL,NULL,'b49c66b572de4b0596df004ae42e82da',NULL,'$argon2id$v=19$m=102400,t=2,p=8$0lorBQDg3NubU4pxrvU+hw$nhJYqMqtaYFD2ofHsbt05Q',NULL);
INSERT INTO "user" VALUES(6,'finn@example.org',1,'685ffc445459442c9ed0f44301d851f4','2026-11-27 15:02:47.992569',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-27 15:02:45','2026-11-27 15:02:47.993688',NULL,NULL,'85b93d87e3d041fb9cd24415124abc6a',NULL,'$pbkdf2-sha256$29000$G0OotXaO8f4/JwSAkLL2ng$I4QRNSlQNkCxztwhRk1s50dWZoFUfEv/aKvYHTlsfCg',NULL);
INSERT INTO "user" VALUES(7,'guel@example.org',1,'ca0007c220b2467fa413e54b72a20609','2026-11-27 15:02:52.202181',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-27 15:02:51','2026-11-27 15:02:53.201134',NULL,'{"authenticator": "{\"enckey\":{\"c\":14,\"k\":\"PJPMTZ2VFW2C7D4DWHWPCSOSLMN6NP5G\",\"s\":\"UEKEFKAVAJAER2I5EMCA\",\"t\":\"2\",\"v\":1},\"type\":\"totp\",\"v\":1}"}','e4679398163842459c0f7bc2b1c79e40',NULL,'$argon2id$v=19$m=102400,t=2,p=8$i7F2rnVO6R1jTMnZu/f+vw$wswUEQWNmL/HNHuWkh+fTw',NULL);
INSERT INTO "user" VALUES(8,'hana@example.org',1,'9f80dee3f7db4012b17c586e3698d051','2026-11-27 15:02:55.325718',NULL,NULL,NULL,NULL,NULL,'authenticator','{"enckey":{"c":14,"k":"WCXCX6MSPRYMY2Y66QZIQS6GHGB43V3P","s":"N5GWTTLZV62ZMUXKDXRQ","t":"2","v":1},"type":"totp","v":1}',NULL,'2026-11-27 15:02:54','2026-11-27 15:02:56.206481',NULL,NULL,'539d715b863245e0a07780eeaaee4787','fb92-91da-fafe,95b1-9d23-5aae,4d45-74c1-b310,b439-511b-6098,5a35-ce27-a3c4','$argon2id$v=19$m=102400,t=2,p=8$u/e+F4IQwvh/r9WaU0rp/Q$5+BgUEcilMaOiZh2zlC17w',NULL);
INSERT INTO "user" VALUES(9,'ida@example.org',1,'26d03b06c174458e96fb1d49eeb62cc4','2026-11-27 15:02:59.585936',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-27 15:02:58','2026-11-27 15:02:59.599263',NULL,NULL,'c941695e1ed44bd5add6b40fa707f5f7',NULL,'$argon2id$v=19$m=102400,t=2,p=8$3nvPuReidA6h1LqX0npvrQ$X97Mfgx5oaE1Hzm5guevXg',NULL);
CREATE TABLE web_authn (
	id INTEGER NOT NULL, 
	credential_id BLOB NOT NULL, 
	public_key BLOB NOT NULL, 
	sign_count INTEGER, 
	transports TEXT, 
	backup_state BOOLEAN NOT NULL, 
	device_type VARCHAR(64) NOT NULL, 
	extensions VARCHAR(255), 
	create_datetime DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL, 
	lastuse_datetime DATETIME NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	usage VARCHAR(64) NOT NULL, 
	user_id INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(user_id) REFERENCES user (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX ix_web_authn_credential_id ON web_authn (credential_id);
COMMIT;
