"""A rules engine for events: operators write rules in Sentra, the application feeds events.

Run it: python examples/embedding/rules_engine.py
"""

from __future__ import annotations

import sentra

RULES = """
// A rule takes an event and says what to do: nil for nothing, else an action.
let failures = {}

fn failed_login(event) {
  if event.type != "login" || event.ok { return nil }
  let count = get(failures, event.user, 0) + 1
  failures[event.user] = count
  return count >= 3 ? action("lock", event.user, `${count} failed logins`) : nil
}

fn large_transfer(event) {
  if event.type != "transfer" { return nil }
  let limit = is_trusted(event.user) ? 10000 : 1000
  return event.amount > limit ? action("review", event.user, `transfer of ${event.amount}`) : nil
}

fn broken(event) {
  return event.type == "logout" ? event.missing.field : nil
}
"""

EVENTS = [
    {"type": "login", "user": "ada", "ok": False},
    {"type": "transfer", "user": "bob", "amount": 2500},
    {"type": "login", "user": "ada", "ok": False},
    {"type": "transfer", "user": "eve", "amount": 2500},
    {"type": "login", "user": "ada", "ok": False},
    {"type": "logout", "user": "ada"},
]


def make_engine() -> sentra.Engine:
    """An engine with what rules may ask the application; each call of a rule is bounded."""
    engine = sentra.Engine(limits=sentra.Limits.default(time=0.5, steps=100_000))

    @engine.function
    def is_trusted(user: str) -> bool:
        return user == "bob"

    @engine.function
    def action(kind: str, user: str, reason: str = "") -> dict[str, str]:
        return {"kind": kind, "user": user, "reason": reason}

    return engine


def process(rules: str, events: list[dict[str, object]]) -> list[str]:
    """What the rules decide, one line for each action; a rule that fails does not stop others."""
    run = make_engine().compile(rules, "rules.sn").run()
    names = [name for name in run if isinstance(run[name], sentra.Function)]
    lines: list[str] = []
    for event in events:
        for name in names:
            try:
                found = run.call(name, event)
            except sentra.SentraError as error:
                lines.append(f"rule {name} failed at line {error.line}: {error.message}")
                continue
            except sentra.LimitExceeded as error:
                lines.append(f"rule {name} was stopped: {error.message}")
                continue
            if found is not None:
                lines.append(f"{found['kind']} {found['user']}: {found['reason']}")
    return lines


if __name__ == "__main__":
    print("\n".join(process(RULES, EVENTS)))
