-- What examples/migrate/people.py makes with Flask-Security 5.1.2 and its models fsqla_v2.
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
INSERT INTO "role" VALUES(1,'staff',NULL,NULL,'2026-11-27 15:03:16');
INSERT INTO "role" VALUES(2,'editors',NULL,NULL,'2026-11-27 15:03:16');
CREATE TABLE roles_users (
	user_id INTEGER, 
	role_id INTEGER, 
	FOREIGN KEY(user_id) REFERENCES user (id), 
	FOREIGN KEY(role_id) REFERENCES role (id)
);
INSERT INTO "roles_users" VALUES(1,1);
INSERT INTO "roles_users" VALUES(1,2);
CREATE TABLE user (
	id INTEGER NOT NULL, 
	email VARCHAR(255) NOT NULL, 
	password VARCHAR(255) NOT NULL, 
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
	us_phone_number VARCHAR(128), 
	PRIMARY KEY (id), 
	UNIQUE (email), 
	UNIQUE (fs_uniquifier), 
	UNIQUE (username)
);
INSERT INTO "user" VALUES(1,'ann@example.org','$argon2id$v=19$m=102400,t=10,p=8$33uP8d57DyFkLKXUOmfs/Q$/Pn3egrJi7Y+uJpzXTIGIQ',1,'df02f99ed7d343d88b00302d93d011bf','2026-11-27 15:03:12.017315',NULL,NULL,NULL,NULL,NULL,'authenticator','{"enckey":{"c":14,"k":"23TXT5NQ33VLZR7LPCYBD2BSTRB6NNMO","s":"QCIJF4U62O5LOFXCHSDQ","t":"2","v":1},"type":"totp","v":1}',NULL,'2026-11-27 15:03:10','2026-11-27 15:03:16.380685','ann',NULL,NULL);
INSERT INTO "user" VALUES(2,'bob@example.org','$2b$12$ZR8nAVwroda70rJ0fjeswu26QGVYkJalYe5BORZD3HLKFhhYAZAMO',1,'31e9fc5f38d84915b1b822f8d63d4f02','2026-11-27 15:03:20.944799',NULL,NULL,NULL,NULL,NULL,'sms','{"enckey":{"c":14,"k":"JOJJB2QKNV3PSWLHEGYPW6VQSMP67D6G","s":"G6DFBKTV52OVG2UNOEXA","t":"2","v":1},"type":"totp","v":1}','0151 23456789','2026-11-27 15:03:18','2026-11-27 15:03:24.254408',NULL,NULL,NULL);
COMMIT;
