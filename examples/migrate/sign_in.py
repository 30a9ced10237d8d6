"""Signs the people in to the new site, as they did to the old application: with old passwords, codes and recovery codes.

usage: sign_in.py URL FILE [v2]
"""

import glob
import json
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from urllib.error import HTTPError


class Visit:
    """One sign-in over JSON."""

    def __init__(self, url, login, password):
        self.url, self.token = url + "/api/v1", None
        self.status, self.answer = self.post("/login", login=login, password=password, transport="bearer")

    def post(self, path, **fields):
        request = urllib.request.Request(self.url + path, json.dumps(fields).encode(), {"Content-Type": "application/json"})
        if self.token:
            request.add_header("Authorization", "Bearer " + self.token)
        try:
            with urllib.request.urlopen(request) as answer:
                status, body = answer.status, answer.read()
        except HTTPError as refused:
            status, body = refused.code, refused.read()
        answer = json.loads(body) if body else {}
        self.token = answer.get("token", self.token)
        return status, answer

    def answer_with(self, kind, code):
        self.status, self.answer = self.post("/login/response", kind=kind, response=code)
        return self.status, self.answer


def by_pages(url, login, password, code):
    """Where a sign-in with the pages' forms ends: there is one field for codes of every kind."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    for path, fields in (("/login", {"login": login, "password": password}), ("/login/verify", {"code": code})):
        page = browser.open(url + path, urllib.parse.urlencode(fields).encode())
    return page.url.removeprefix(url)


def expect(what, got, *want):
    assert got in want, (what, got, want)
    print("as expected:", what)


def code(key, when="now"):
    return subprocess.run(["oathtool", "--totp", "--base32", "--now", when, key], check=True, capture_output=True, text=True).stdout.strip()


def sent(pattern, to, before):
    """The code of a message to somebody that was not there before."""
    for _ in range(100):
        texts = [open(f).read() for f in glob.glob(pattern) if f not in before]
        codes = [found.group() for text in texts if to in text and (found := re.search(r"(?<![\w#+-])\d{6}(?!\w)", text.split("\n\n", 1)[-1]))]
        if codes:
            return codes[0]
        time.sleep(0.1)
    raise AssertionError("no message in " + pattern)


def by_app(url, person, login=None):
    visit = Visit(url, login or person["email"], person["password"])
    expect(person["email"] + ": the old password, and then more", visit.status, 202)
    spent = visit.answer_with("totp", person["spent"])
    expect(person["email"] + ": a code that the old application may have taken", (spent[0], spent[1].get("code")), (401, "already_used"))
    status, answer = visit.answer_with("totp", code(person["totp"], "+30 seconds"))
    expect(person["email"] + ": the next one", (status, answer.get("session", {}).get("aal")), (201, 2))
    return answer["session"]


def by_message(url, person, kind, pattern, to, aal):
    before = set(glob.glob(pattern))
    visit = Visit(url, person["email"], person["password"])
    expect(person["email"] + ": the old password, and then a message", visit.status, 202)
    offer = [o["id"] for o in visit.answer["offer"] if o["kind"] == kind]
    expect(person["email"] + ": one of kind " + kind, len(offer), 1)  # it is sent without being asked for
    status, answer = visit.answer_with(kind, sent(pattern, to, before))
    expect(person["email"] + ": its code", (status, answer.get("session", {}).get("aal")), (201, aal))


def recovery(url, person):
    first, second = person["recovery_codes"][:2]
    where = by_pages(url, person["email"], person["password"], first)
    expect(person["email"] + ": a recovery code", where, "/account/replace", "/account")
    visit = Visit(url, person["email"], person["password"])
    status, answer = visit.answer_with("recovery_code", first)
    expect(person["email"] + ": the same once more", (status, answer.get("code")), (401, "already_used"))
    status, answer = visit.answer_with("recovery_code", second.upper().replace("-", " "))
    expect(person["email"] + ": another, typed otherwise", (status, answer.get("session", {}).get("aal")), (201, 2))


def main(url, path, models="v3"):
    people = json.load(open(path))
    ann, bob = people["ann"], people["bob"]
    expect("a wrong password", Visit(url, ann["email"], ann["password"] + "x").status, 401)
    session = by_app(url, ann)
    expect("groups of ann", Visit(url, "ann", ann["password"]).status, 202)
    expect("the username", session["account"]["username"], "ann")
    by_message(url, bob, "sms", "text/*.json", "+4915123456789", 2)
    if models == "v2":
        return
    recovery(url, ann)
    recovery(url, bob)
    by_message(url, people["cem"], "email", "mail/*.eml", "cem@example.org", 1)
    by_app(url, people["dora"])
    expect("eve, who is disabled", Visit(url, people["eve"]["email"], people["eve"]["password"]).status, 401)
    finn = Visit(url, people["finn"]["email"], people["finn"]["password"])
    expect("finn, with nothing but a password", (finn.status, finn.answer["session"]["aal"]), (201, 1))
    by_app(url, people["gül"])
    by_app(url, people["hana"])
    hana = Visit(url, people["hana"]["email"], people["hana"]["password"])
    expect("a code that the application took no more", hana.answer_with("recovery_code", people["hana"]["recovery_codes"][0])[0], 401)
    ida = Visit(url, people["ida"]["email"], people["ida"]["password"])
    expect("ida, whose password is too short to stand alone", (ida.status, ida.answer.get("status")), (202, "must_bind"))


if __name__ == "__main__":
    main(*sys.argv[1:])
