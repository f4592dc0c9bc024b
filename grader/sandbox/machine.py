"""The settings of this machine that walls depend on: what each is, and what mends the bad ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.inside import landlock
from grader.sandbox.group import WATCH

DELEGATE = (
    "the group's memory is only watched, not limited by the kernel: run the grader from its systemd unit "
    "(Delegate=yes), or as root with cgroup v1"
)
CONTAINER = (
    "In a container, user namespaces and a fresh /proc must be allowed: a seccomp profile that lets unshare, "
    "clone, mount and pivot_root pass, an AppArmor profile with `userns,` and `mount,`, and "
    "`security_opt: systempaths=unconfined`; see docs/deploy.md"
)
MASKED_PROC = (
    "a fresh /proc cannot be mounted, as in a container whose /proc is masked: start it with "
    "`security_opt: systempaths=unconfined` (Docker) or `--security-opt unmask=ALL` (podman)"
)
APPARMOR = (
    "AppArmor takes the rights of new user namespaces away, as Ubuntu does since 23.10: load the profile "
    "deploy/apparmor-hazi-grader, which lets bwrap alone have them; do not switch the restriction off"
)


@dataclass(frozen=True, slots=True)
class Setting:
    """A file of the kernel that can stand in the way."""

    path: Path
    bad: str
    remedy: str

    @property
    def value(self) -> str | None:
        """What stands in it; None where this kernel has no such setting."""
        try:
            return self.path.read_text().strip()
        except OSError:
            return None


SETTINGS = (
    Setting(
        Path("/proc/sys/kernel/unprivileged_userns_clone"), "0", "set kernel.unprivileged_userns_clone=1"
    ),
    Setting(
        Path("/proc/sys/user/max_user_namespaces"), "0", "set user.max_user_namespaces to a positive number"
    ),
    Setting(Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"), "1", APPARMOR),
)


def advice(seen: str) -> str:
    """Which setting is the likely reason for what bubblewrap said, and what to do about it."""
    for setting in SETTINGS:
        if setting.value == setting.bad:
            return f"{setting.path} is {setting.bad}: {setting.remedy}"
    return MASKED_PROC if "mount proc" in seen else CONTAINER


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that `doctor` tells of this machine, and what to do where it is not as it should be."""

    name: str
    seen: str
    remedy: str = ""


def findings(limits_held_by: str) -> Iterator[Finding]:
    """The settings, the kernel's second walls, and who holds the limits."""
    for setting in SETTINGS:
        value = setting.value
        if value is not None:
            yield Finding(setting.path.name, value, setting.remedy if value == setting.bad else "")
    version = landlock.supported()
    seen = f"version {version}" if version else "not in this kernel: the mounts alone keep files read-only"
    yield Finding("Landlock", seen)
    yield Finding("limits held by", limits_held_by, DELEGATE if limits_held_by == WATCH else "")
