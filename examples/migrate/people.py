"""Makes the people of the application, each through its own endpoints, and writes what they know and hold to a file.

usage: people.py DATABASE FILE [v2]
"""

import json
import sys

from flask_security import us_security_token_sent, tf_security_token_sent, user_registered
from passlib.totp import TOTP

from app import PASSWORD_SALT, RECOVERY_KEYS, TOTP_SECRETS, create_app

# Who there is: a name, the scheme that hashed the password, what the second step is, and what else is so.
PEOPLE = [
    ("ann", "argon2", "authenticator", {"roles": ["staff", "editors"], "codes": True, "username": "ann", "rounds": 10}),
    ("bob", "bcrypt", "sms", {"codes": True}),
    ("cem", "pbkdf2_sha512", "email", {}),
    ("dora", "sha512_crypt", "authenticator", {"confirmed": False}),
    ("eve", "argon2", None, {"active": False}),
    ("finn", "pbkdf2_sha256", None, {"roles": ["Customer Support"]}),
    ("gül", "argon2", "unified", {}),
    ("hana", "argon2", "authenticator", {"codes": True, "sealed": False}),
    ("ida", "argon2", None, {"password": "only12chars!"}),
]


class Person:
    def __init__(self, app, name, told, password=None):
        self.app, self.client, self.told = app, app.test_client(), told
        self.email = name.replace("ü", "ue") + "@example.org"
        self.password = password or "pässword of " + name + " is long"
        self.known = {"email": self.email, "password": self.password}

    def post(self, path, status=200, **fields):
        answer = self.client.post(path, json=fields, headers={"Accept": "application/json"})
        assert answer.status_code == status, (self.email, path, answer.status_code, answer.get_data(as_text=True))
        return answer.get_json()["response"]

    def register(self, confirmed):
        self.post("/register", email=self.email, password=self.password)
        if confirmed:
            assert self.client.get("/confirm/" + self.told["confirm"]).status_code in (200, 302)
        self.client.post("/logout")
        self.post("/login", email=self.email, password=self.password)

    def set_up(self, method):
        if method == "unified":
            return self.set_up_unified()
        made = self.post("/tf-setup", setup=method, **({"phone": "0151 23456789"} if method == "sms" else {}))
        if method == "authenticator":
            code = self.hold(made["tf_authr_key"])
        else:
            code = self.told["code"]
        self.post("/tf-validate", code=code)

    def set_up_unified(self):
        made = self.post("/us-setup", chosen_method="authenticator")
        self.post("/us-setup/" + made["state"], passcode=self.hold(made["authr_key"]))

    def hold(self, shown):
        self.known["totp"] = shown.replace("-", "")
        return TOTP(self.known["totp"]).generate().token

    def make_codes(self):
        self.known["recovery_codes"] = self.post("/mf-recovery-codes")["recovery_codes"]


def make(database, models, name, scheme, method, more):
    app = create_app(database, scheme, models, more.get("sealed", True), more.get("rounds", 2))
    told = {}
    user_registered.connect(lambda _, confirm_token=None, **kw: told.update(confirm=confirm_token), app, weak=False)
    tf_security_token_sent.connect(lambda _, token=None, **kw: told.update(code=token), app, weak=False)
    us_security_token_sent.connect(lambda _, token=None, **kw: told.update(code=token), app, weak=False)
    with app.app_context():
        person = Person(app, name, told, more.get("password"))
        person.register(more.get("confirmed", True))
        if method:
            person.set_up(method)
        if more.get("codes") and models == "v3":
            person.make_codes()
        user = app.datastore.find_user(email=person.email)
        for role in more.get("roles", []):
            app.datastore.add_role_to_user(user, app.datastore.find_or_create_role(role))
        if "username" in more:
            user.username = person.known["username"] = more["username"]
        if not more.get("active", True):
            app.datastore.deactivate_user(user)
        app.datastore.commit()
        person.known.update(id=user.id, hash=user.password.split("$")[1], method=user.tf_primary_method)
        app.db.session.remove()
        app.db.engine.dispose()
    return person.known


def main(database, path, models="v3"):
    chosen = PEOPLE if models == "v3" else PEOPLE[:2]
    people = {name: make(database, models, name, scheme, method, more) for name, scheme, method, more in chosen}
    with open(path, "w") as file:
        json.dump(people, file, indent=1)
    for setting, value in (("totp", json.dumps(TOTP_SECRETS)), ("salt", PASSWORD_SALT), ("recovery", "\n".join(RECOVERY_KEYS))):
        with open(setting, "w") as file:
            file.write(value + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
