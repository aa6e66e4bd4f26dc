# SPDX-License-Identifier: GPL-2.0-or-later
"""One QEMU machine: its command line, its life, its control socket. Knows nothing of what runs in it."""

import contextlib
import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / os.environ.get("O", "build")
VM = OUT / "vm"
DEFAULT_FLAVOUR = "6.12-rt-amd64"
AGENT_PORTS = 8
PAGE_BYTES = 0x20000    # CRYOSIM_PAGE_BYTES of linux/cryoprobe-sim.h
DATA_BYTES = 256 << 20
NICE = -15                              # of guests and their plants

# QEMU before 8.1 can run a stale copy of code that one CPU patches while another first meets it ("Oops: int3").
# A kernel patches itself a lot before its first process; that one brings up the other CPUs.
CPU_ARGS = "maxcpus=1"
# QEMU translates code anew for each address at which it meets it. When its buffer is full both CPUs stand still for
# some 40 ms, until all of it has been thrown away, and the driver is rightly late. So programs stay where they are.
ADDRESS_ARGS = "nokaslr norandmaps"
# No watchdog that a stalled host would set off. The rest only shortens the boot.
KERNEL_ARGS = f"panic=-1 nowatchdog {CPU_ARGS} {ADDRESS_ARGS} mitigations=off random.trust_cpu=on"


@dataclass(frozen=True)
class Architecture:
    """How QEMU makes a machine of one architecture, and what only its kernels are told."""
    qemu: str
    board: str
    cpu: str
    kernel_args: str


ARCHITECTURES = {
    # Under emulation the guest's TSC is the host's: trusted, it cannot drift.
    "amd64": Architecture("qemu-system-x86_64", "q35,usb=off,vmport=off", "Westmere,+rdrand",
                          "console=ttyS0 tsc=reliable no_timer_check"),
    # A newer processor signs pointers, which takes QEMU longer than all else.
    "arm64": Architecture("qemu-system-aarch64", "virt,gic-version=3", "cortex-a57", "console=ttyAMA0"),
}


def architecture(flavour):
    """The architecture of a kernel, as Debian writes it at the end of the flavour. One built here is for amd64."""
    return ARCHITECTURES["arm64" if flavour.endswith("arm64") else "amd64"]

COMPLAINT = re.compile(r"WARNING: |BUG: |Oops|kernel BUG|Kernel panic|general protection|possible recursive locking|"
                       r"possible circular locking|inconsistent lock state|suspicious RCU|self-detected stall|"
                       r"detected stalls|INFO: task .* blocked|refcount_t: |DEBUG_LOCKS_WARN_ON|UBSAN|KASAN|KFENCE|"
                       r"ODEBUG: |INFO: trying to register")
# KCSAN names the two functions whose accesses meet. The kernel has some such pairs of its own.
RACE_OF_OTHERS = re.compile(r"BUG: KCSAN: (?!.*\[cryoprobe)")


def console_lines(console_log, pattern):
    text = console_log.read_text(errors="replace") if console_log.exists() else ""
    return [line.strip() for line in text.splitlines() if pattern.search(line)]


def races_of_others(console_log):
    """Lines of a guest's console that tell of a data race in which no module of ours has a part."""
    return console_lines(console_log, RACE_OF_OTHERS)


def kernel_complaints(console_log):
    """Lines of a guest's console that tell of any other fault in its kernel."""
    return [line for line in console_lines(console_log, COMPLAINT) if not RACE_OF_OTHERS.search(line)]


@contextlib.contextmanager
def claim(run_dir):
    """Holds a guest's name, so that no second one starts on its folder. Ends the program if it is taken."""
    run_dir.parent.mkdir(parents=True, exist_ok=True)
    with open(run_dir.with_suffix(".lock"), "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"a guest named {run_dir.name} is running")
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def is_claimed(run_dir):
    """Is there a guest on this folder, or one that is being started or ended?"""
    try:
        with open(run_dir.with_suffix(".lock")) as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def holder(run_dir):
    """The process that holds a claimed name."""
    return int(run_dir.with_suffix(".lock").read_text())


@dataclass
class Disk:
    """A raw disk, which the guest finds by its serial."""
    serial: str
    path: Path
    read_only: bool


def make_ext4(path):
    """Makes a sparse ext4 disk unless there is one."""
    if not path.exists():
        partial = path.with_suffix(".new")
        with open(partial, "wb") as file:
            file.truncate(DATA_BYTES)
        subprocess.run(["mkfs.ext4", "-q", "-F", partial], check=True)
        partial.rename(path)


@dataclass
class Machine:
    """What a guest is made of. Paths are absolute; `run_dir` holds its sockets and logs. `tree` is an overlay."""
    run_dir: Path
    flavour: str = DEFAULT_FLAVOUR
    initrds: list = field(default_factory=list)
    append: str = ""
    cpus: int = 2
    memory_mib: int = 512
    page: Path | None = None
    tree: Path | None = None
    disks: list = field(default_factory=list)
    reboot: bool = False
    own_time: bool = False
    speaker: Path | None = None         # a WAV file of what it plays

    def command(self, sockets):
        """The QEMU command line; sockets maps names to descriptors that listen."""
        # Its time is the host's; or it goes by the instructions done, 2 ns each, and skips idleness.
        arch = architecture(self.flavour)
        threads, clock = ("single", "vm") if self.own_time else ("multi", "host")
        # Memory is touched beforehand: a page fault of the host would be a stall of the guest. Queues without an event
        # descriptor each: QEMU's main loop polls them all at every timer of the guest, and is late for the next.
        speaker = ",pcspk-audiodev=speaker" if self.speaker else ""
        args = [arch.qemu, "-name", self.run_dir.name,
                "-M", f"{arch.board},memory-backend=ram{speaker}", "-m", str(self.memory_mib),
                "-object", f"memory-backend-ram,id=ram,size={self.memory_mib}M,prealloc=on",
                "-accel", f"tcg,thread={threads},tb-size=512", "-cpu", arch.cpu, "-smp", str(self.cpus),
                "-nodefaults", "-no-user-config", "-display", "none",
                "-rtc", f"base=utc,clock={clock}", "-kernel", str(VM / "kernel" / self.flavour / "vmlinux"),
                "-initrd", "initrd",
                "-append", f"{arch.kernel_args} {KERNEL_ARGS} agent_ports={AGENT_PORTS} {self.append}".strip(),
                "-serial", "file:console.log", "-chardev", f"socket,id=qmp,fd={sockets['qmp']},server=on,wait=off", "-mon", "qmp,mode=control",
                "-device", "virtio-rng-pci",
                "-device", f"virtio-serial-pci,ioeventfd=off,max_ports={AGENT_PORTS + 1}"]
        if self.own_time:
            args += ["-icount", "shift=1,sleep=off"]
        if not self.reboot:
            args.append("-no-reboot")
        for i in range(AGENT_PORTS):
            args += ["-chardev", f"socket,id=agent{i},fd={sockets[f'agent{i}']},server=on,wait=off",
                     "-device", f"virtserialport,chardev=agent{i},name=agent.{i}"]
        for disk in self.disks:
            mode = "readonly=on,cache=unsafe" if disk.read_only else "readonly=off,cache=writeback"
            args += ["-drive", f"id={disk.serial},if=none,file={disk.path},format=raw,{mode}",
                     "-device", f"virtio-blk-pci,ioeventfd=off,drive={disk.serial},serial={disk.serial}"]
        if self.page:
            args += ["-object", f"memory-backend-file,id=page,mem-path={self.page},"
                     f"size={self.page.stat().st_size},share=on", "-device", "ivshmem-plain,memdev=page"]
        if self.speaker:
            args += ["-audiodev", f"wav,id=speaker,path={self.speaker}"]
        if self.tree:
            args += ["-dtb", "tree.dtb"]
        return args

    def make_tree(self):
        """Lays our part of the device tree over the board's own, of which QEMU knows all."""
        arch = architecture(self.flavour)
        subprocess.run([arch.qemu, "-M", f"{arch.board},dumpdtb=board.dtb", "-cpu", arch.cpu, "-smp", str(self.cpus),
                        "-m", str(self.memory_mib), "-display", "none"], cwd=self.run_dir, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run(["fdtoverlay", "-i", "board.dtb", "-o", "tree.dtb", self.tree], cwd=self.run_dir, check=True)

    def start(self):
        """Starts QEMU as a child that dies with this process. Returns the Popen."""
        shutil.rmtree(self.run_dir, ignore_errors=True)
        self.run_dir.mkdir(parents=True)
        with open(self.run_dir / "initrd", "wb") as initrd:
            for part in self.initrds:
                initrd.write(Path(part).read_bytes())
                initrd.write(bytes(-initrd.tell() % 4))
        if self.page and not self.page.exists():
            make_page(self.page)
        if self.tree:
            self.make_tree()
        with open(self.run_dir / "qemu.log", "wb") as log, contextlib.ExitStack() as stack:
            sockets = {name: stack.enter_context(listen(self.run_dir, name)).fileno()
                       for name in ["qmp", *(f"agent{i}" for i in range(AGENT_PORTS))]}
            return spawn(self.command(sockets), cwd=self.run_dir, stdout=log, stderr=log,
                         pass_fds=sockets.values(), favoured=not self.own_time)


def make_page(path):
    """Makes a blank shared page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as page:
        page.truncate(PAGE_BYTES)


def spawn(command, favoured=False, **options):
    """Starts a process that dies with this one and does not see its terminal's Ctrl-C.

    A favoured one gets more of a busy host's time, where that is permitted.
    """
    process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "--", *command],
                               stdin=subprocess.DEVNULL, start_new_session=True, **options)
    if favoured:
        favour(process.pid)
    return process


def favour(pid):
    """More of a busy host's time for that process, where it is permitted. Where the kernel shares time between sessions
    first (autogroup), nice counts in a session only: the session gets more, or less if it was asked to run when idle.
    Not real time: of a guest that wants all there is the host takes 50 ms in one piece each second, for everybody else."""
    nice = 19 if os.sched_getscheduler(0) == os.SCHED_IDLE else NICE
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, nice)
        Path(f"/proc/{pid}/autogroup").write_text(str(nice), encoding="ascii")


def stop(process, grace_s=2.0):
    """Ends a process started by spawn(); kills it if it does not go."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(grace_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def short_path(run_dir, name):
    """A path of run_dir/name that a socket's address has room for."""
    directory = os.open(run_dir, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{directory}/{name}"
    finally:
        os.close(directory)


def listen(run_dir, name):
    """A listening socket for QEMU to inherit: whoever connects, however early, is not refused."""
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with short_path(run_dir, name) as path:
        server.bind(path)
    server.listen()
    return server


def connect(run_dir, name):
    """A connection to a guest's socket. Raises OSError if there is no such guest."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with short_path(run_dir, name) as path:
        connection.connect(path)
    return connection


def qmp(run_dir, execute, arguments=None):
    """Runs one QMP command; returns its answer. Raises RuntimeError with QEMU's own words."""
    with connect(run_dir, "qmp") as connection, connection.makefile("rw") as stream:
        json.loads(stream.readline())
        for command in ({"execute": "qmp_capabilities"},
                        {"execute": execute, "arguments": arguments or {}}):
            stream.write(json.dumps(command) + "\n")
            stream.flush()
            answer = {}
            while not answer.keys() & {"return", "error"}:
                answer = json.loads(stream.readline())
            if "error" in answer:
                raise RuntimeError(f"{execute}: {answer['error']['desc']}")
        return answer["return"]
