"""An application with Flask-Security, as its documentation builds one: what there is before the move."""

import os

from flask import Flask
from flask_security import MailUtil, Security, SmsSenderBaseClass, SmsSenderFactory, SQLAlchemyUserDatastore
from flask_security.models import fsqla_v2, fsqla_v3
from flask_sqlalchemy import SQLAlchemy

# In an application these come from its environment. The importer is given the same values.
PASSWORD_SALT = "146585145368132386173505678016728509634"
TOTP_SECRETS = {"1": "TjQ9Qa31VOrfEzuPy4VHQWPCTmRzCnFzMKLxXYiZu9B", "2": "4A8mFm1bIuQ9o0mKXq2s7YwRc5dLh6Pz"}
RECOVERY_KEYS = ["AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="]


class Post(MailUtil):
    """Mail is not sent: what matters of it comes with signals."""

    def send_mail(self, *args, **kwargs):
        pass


class Texts(SmsSenderBaseClass):
    """Nor are text messages."""

    def send_sms(self, *args, **kwargs):
        pass


SmsSenderFactory.senders["example"] = Texts


def create_app(database, scheme="argon2", models="v3", sealed_codes=True, rounds=2):
    """The application on a database, as it was while it hashed new passwords with that scheme."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=os.urandom(32),
        SQLALCHEMY_DATABASE_URI=database,
        WTF_CSRF_ENABLED=False,  # the people of people.py have no browsers
        SECURITY_PASSWORD_SALT=PASSWORD_SALT,
        SECURITY_PASSWORD_HASH=scheme,
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={"argon2__rounds": rounds},  # the default, 10, takes a second each time
        SECURITY_REGISTERABLE=True,
        SECURITY_CONFIRMABLE=True,
        SECURITY_LOGIN_WITHOUT_CONFIRMATION=True,
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["email", "authenticator", "sms"],
        SECURITY_TWO_FACTOR_ALWAYS_VALIDATE=True,
        SECURITY_TOTP_SECRETS=TOTP_SECRETS,
        SECURITY_TOTP_ISSUER="Before",
        SECURITY_SMS_SERVICE="example",
        SECURITY_SMS_SERVICE_CONFIG={"PHONE_NUMBER": "+15550100"},
        SECURITY_PHONE_REGION_DEFAULT="DE",
        SECURITY_UNIFIED_SIGNIN=True,
        SECURITY_US_ENABLED_METHODS=["password", "authenticator"],
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
    )
    if models == "v3":
        app.config["SECURITY_MULTI_FACTOR_RECOVERY_CODES"] = True
        if sealed_codes:
            app.config["SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS"] = RECOVERY_KEYS
    db = SQLAlchemy(app)
    model = fsqla_v3 if models == "v3" else fsqla_v2
    model.FsModels.set_db_info(db)

    class Role(db.Model, model.FsRoleMixin):
        pass

    class User(db.Model, model.FsUserMixin):
        pass

    if models == "v3":

        class WebAuthn(db.Model, model.FsWebAuthnMixin):
            pass

        app.webauthn_model = WebAuthn

    app.db = db
    app.datastore = SQLAlchemyUserDatastore(db, User, Role)
    Security(app, app.datastore, mail_util_cls=Post)
    with app.app_context():
        db.create_all()
    return app
