#!/.host/usr/bin/python3 -IBS
"""Stand-in for the commands of a release: each is a link to this file. It knows only what the release's profile says."""
import json
import os
import sys

HOST = "/.host" if os.path.isdir("/.host/usr") else os.environ["CST_HOST"]
# The system's root: empty inside of it.
ROOT = "" if HOST == "/.host" else os.environ["CST_TREE"]
EFFECTS = {}
# Exit codes and texts for an unknown option; getopt's for all others.
USAGE = {
    "apt-get": (100, "E: Command line option '%s' is not understood in combination with the other options"),
    "zypper": (2, "Unknown option '%s'"),
    "rpm": (1, "rpm: %s: unknown option"),
    "grub-install": (64, "grub-install: unrecognized option '%s'"),
    "grub2-install": (64, "grub2-install: unrecognized option '%s'"),
}


def command(*names):
    def register(effect):
        EFFECTS.update(dict.fromkeys(names, effect))
        return effect

    return register


def load(name):
    with open(f"{HOST}/{name}.json") as file:
        return json.load(file)


def path(name):
    return ROOT + name


def read(name, default=""):
    try:
        with open(path(name)) as file:
            return file.read()
    except FileNotFoundError:
        return default


def write(name, text):
    os.makedirs(os.path.dirname(path(name)), exist_ok=True)
    with open(path(name), "w") as file:
        file.write(text)


def fail(code, text):
    print(text, file=sys.stderr)
    sys.exit(code)


def run(*argv, **more):
    # Not at the top: scripts call stand-ins hundreds of times.
    import subprocess

    return subprocess.run(argv, check=True, text=True, stdout=subprocess.PIPE, **more).stdout


class Call:
    """A call's options and operands, accepted by the profile."""

    def __init__(self, name, arguments, known):
        self.name, self.known, self.options, self.operands = name, known, [], []
        rest = list(arguments)
        if "--help" in rest:
            print(f"Usage: {name}\n  " + "\n  ".join(known.get("options", []) + known.get("subcommands", [])))
            sys.exit(0)
        while rest:
            word = rest.pop(0)
            if word == "--":
                self.operands += rest
                break
            if word.startswith("-") and len(word) > 1:
                self._option(word, rest)
            else:
                self.operands.append(word)
        subcommands = known.get("subcommands")
        if subcommands and self.operands and self.operands[0] not in subcommands:
            fail(USAGE.get(name, (1, ""))[0], f"{name}: unknown command '{self.operands[0]}' (the profile knows {subcommands})")

    def _option(self, word, rest):
        known = self.known.get("options", [])
        head, equals, value = word.partition("=")
        if word in known:
            self.options.append((word, None))
        elif word.startswith("--"):
            if head + "=" not in known:
                self._unknown(word)
            self.options.append((head, value if equals or not rest else rest.pop(0)))
        elif word[:2] + "=" in known:
            self.options.append((word[:2], word[2:] if len(word) > 2 else rest.pop(0)))
        elif all("-" + letter in known for letter in word[1:]):
            self.options += [("-" + letter, None) for letter in word[1:]]
        else:
            self._unknown(word)

    def _unknown(self, word):
        code, text = USAGE.get(self.name, (1, self.name + ": unrecognized option '%s'"))
        fail(code, text % word)

    def has(self, *names):
        return any(name in names for name, _ in self.options)

    def values(self, name):
        return [value for option, value in self.options if option == name]

    def value(self, name, default=None):
        return (self.values(name) or [default])[-1]


def main():
    sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
    # The modules import this one by its name.
    sys.modules["stand_in"] = sys.modules["__main__"]
    import boot, packages, system  # noqa: F401,E401

    name = os.path.basename(sys.argv[0])
    with open(f"{HOST}/calls", "a") as file:
        file.write(" ".join([name] + sys.argv[1:]) + "\n")
    known = load("profile").get("commands", {}).get(name, {})
    if "options" not in known and "subcommands" not in known:
        fail(127, f"{name}: the release's profile does not say which options it has ('commands')")
    effect = EFFECTS.get(name)
    if effect:
        effect(Call(name, sys.argv[1:], known))
    else:
        Call(name, sys.argv[1:], known)


if __name__ == "__main__":
    main()
