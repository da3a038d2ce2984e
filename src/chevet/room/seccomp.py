"""Which calls to the kernel a researcher's program may not make, as the filter that bubblewrap loads.

A list of what is forbidden: what a program of statistics never needs, and what holes in kernels have been
found behind. Everything else stays as it is, so that Python, R and their libraries run unchanged. The filter
is classic BPF, one 8-byte instruction after another (linux/filter.h); its input is `struct seccomp_data`:
the number of the call, the machine, the instruction pointer, six arguments.
"""

from __future__ import annotations

import errno
import platform
import struct

from chevet.errors import Refused

_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16  # where they stand in struct seccomp_data
_SECOND_ARGUMENT, _THIRD_ARGUMENT, _FOURTH_ARGUMENT = 24, 32, 40
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_X32 = 0x40000000  # a second numbering of the same calls on x86-64, used by nobody and forgotten by many filters
_NEW_NAMESPACES = 0x7E020080  # CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_AF_UNIX, _AF_INET, _AF_INET6 = 1, 2, 10
_SHARED_AND_OF_NO_FILE = 0x21  # MAP_SHARED, MAP_ANONYMOUS
_SOL_SOCKET, _SIZES_OF_BUFFERS = 1, (7, 8)  # SO_SNDBUF, SO_RCVBUF

# Since Linux 5.3, new calls have one number on every machine; those before are listed by machine.
_NEWER = {
    "pidfd_getfd": 438, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428,
    "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "process_madvise": 440,
    "mount_setattr": 442, "quotactl_fd": 443, "memfd_secret": 447,
}  # fmt: skip
_CLONE3 = 435
_OLDER = {
    "x86_64": {
        "ptrace": 101, "syslog": 103, "personality": 135, "pivot_root": 155, "chroot": 161, "acct": 163,
        "settimeofday": 164, "mount": 165, "umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169, "iopl": 172,
        "ioperm": 173, "init_module": 175, "delete_module": 176, "quotactl": 179, "clock_settime": 227,
        "kexec_load": 246, "add_key": 248, "request_key": 249, "keyctl": 250, "unshare": 272,
        "vmsplice": 278, "perf_event_open": 298, "name_to_handle_at": 303, "open_by_handle_at": 304, "setns": 308,
        "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "finit_module": 313, "kexec_file_load": 320,
        "bpf": 321, "userfaultfd": 323, "memfd_create": 319, "shmget": 29, "msgget": 68,
    },
    "aarch64": {
        "ptrace": 117, "syslog": 116, "personality": 92, "pivot_root": 41, "chroot": 51, "acct": 89,
        "settimeofday": 170, "mount": 40, "umount2": 39, "swapon": 224, "swapoff": 225, "reboot": 142,
        "init_module": 105, "delete_module": 106, "quotactl": 60, "clock_settime": 112, "kexec_load": 104,
        "add_key": 217, "request_key": 218, "keyctl": 219, "unshare": 97, "vmsplice": 75, "perf_event_open": 241,
        "name_to_handle_at": 264, "open_by_handle_at": 265, "setns": 268, "process_vm_readv": 270,
        "process_vm_writev": 271, "kcmp": 272, "finit_module": 273, "kexec_file_load": 294, "bpf": 280,
        "userfaultfd": 282, "memfd_create": 279, "shmget": 194, "msgget": 186,
    },
}  # fmt: skip
_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_CLONE = {"x86_64": 56, "aarch64": 220}
_SOCKET = {"x86_64": 41, "aarch64": 198}
_MMAP = {"x86_64": 9, "aarch64": 222}
_SETSOCKOPT = {"x86_64": 54, "aarch64": 208}
# Calls that can send a signal, and the argument that names it: SIGSTOP would put the watch to sleep. F_SETSIG of fcntl
# chooses one that the kernel sends.
_SIGSTOP, _F_SETSIG = 19, 10
_SIGNALLING = {
    "x86_64": ((62, 2), (200, 2), (234, 3), (129, 2), (297, 3), (424, 2)),
    "aarch64": ((129, 2), (130, 2), (131, 3), (138, 2), (240, 3), (424, 2)),
}  # kill, tkill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo, pidfd_send_signal
_FCNTL = {"x86_64": 72, "aarch64": 25}


def filter_program(machine: str | None = None) -> bytes:
    """The filter for this machine, ready for bubblewrap's `--seccomp`. Raises Refused for a machine not listed.

    A forbidden call fails with EPERM; `clone3` with ENOSYS, since its flags lie where a filter cannot look and
    the C library then takes `clone`, whose flags are looked at. Sockets are of three families only: the
    sandbox's own loopback may be used between a program's processes; families such as AF_VSOCK, which no
    namespace holds back, may not. Nor may a program take memory that belongs to no process: files without a name,
    System V segments and queues, shared mappings of no file, large buffers of sockets. The watch could not count it;
    what processes share lies in /dev/shm, which has a size. Nor can it stop the watch, which is of its own account.
    """
    machine = machine or platform.machine()
    if machine not in _MACHINES:
        raise Refused(
            f"programs are not run on this kind of machine ({machine}): no list of forbidden calls was made for it",
            next_act="Run the data room on x86-64 or 64-bit ARM.",
        )
    code = [(_LOAD, 0, 0, _MACHINE), (_EQUAL, 1, 0, _MACHINES[machine]), (_RETURN, 0, 0, _KILL)]
    code += [(_LOAD, 0, 0, _NUMBER), (_AT_LEAST, 0, 1, _X32), _fails(errno.EPERM)]
    code += [(_EQUAL, 0, 1, _CLONE3), _fails(errno.ENOSYS)]
    for number in sorted((_OLDER[machine] | _NEWER).values()):
        code += [(_EQUAL, 0, 1, number), _fails(errno.EPERM)]
    code += [(_EQUAL, 0, 4, _CLONE[machine]), (_LOAD, 0, 0, _FIRST_ARGUMENT)]
    code += [(_ANY_BIT, 0, 1, _NEW_NAMESPACES), _fails(errno.EPERM), (_RETURN, 0, 0, _ALLOW)]
    arguments = {2: _SECOND_ARGUMENT, 3: _THIRD_ARGUMENT}
    for number, place in _SIGNALLING[machine]:
        code += _refused(number, arguments[place], _SIGSTOP)
    code += _refused(_FCNTL[machine], _SECOND_ARGUMENT, _F_SETSIG)
    code += [(_EQUAL, 0, 5, _MMAP[machine]), (_LOAD, 0, 0, _FOURTH_ARGUMENT), (_AND, 0, 0, _SHARED_AND_OF_NO_FILE)]
    code += [(_EQUAL, 0, 1, _SHARED_AND_OF_NO_FILE), _fails(errno.EPERM), (_RETURN, 0, 0, _ALLOW)]
    code += [(_EQUAL, 0, 7, _SETSOCKOPT[machine]), (_LOAD, 0, 0, _SECOND_ARGUMENT), (_EQUAL, 0, 3, _SOL_SOCKET)]
    code += [
        (_LOAD, 0, 0, _THIRD_ARGUMENT),
        *((_EQUAL, n, 0, size) for n, size in zip((2, 1), _SIZES_OF_BUFFERS, strict=True)),
    ]
    code += [(_RETURN, 0, 0, _ALLOW), _fails(errno.EPERM)]
    code += [(_EQUAL, 0, 5, _SOCKET[machine]), (_LOAD, 0, 0, _FIRST_ARGUMENT)]
    code += [(_EQUAL, 3, 0, _AF_UNIX), (_EQUAL, 2, 0, _AF_INET), (_EQUAL, 1, 0, _AF_INET6)]
    code += [_fails(errno.EPERM), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


def _refused(number: int, argument: int, value: int) -> list[tuple[int, int, int, int]]:
    """The call with this number fails where this argument has this value."""
    compared = [(_EQUAL, 0, 4, number), (_LOAD, 0, 0, argument), (_EQUAL, 0, 1, value)]
    return [*compared, _fails(errno.EPERM), (_RETURN, 0, 0, _ALLOW)]


def _fails(number: int) -> tuple[int, int, int, int]:
    return (_RETURN, 0, 0, _ERRNO | number)
