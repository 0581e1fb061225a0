#!/usr/bin/env python3
"""A study worked on by a real Slurm on this machine gives the same bytes as one run without it.

usage: check-slurm.py BINARY [--recordings N] [--seconds N] [--work DIR]

Sets up Debian's slurm-wlm and munge on the loopback: one controller and two nodes of one core each, with everything in the work
folder. Needs root, and installs the packages where they are missing. Then: the script that `ordrett cluster script --slurm` prints
submits its rounds; in the first round one node is killed with what runs on it and comes back, so that Slurm puts its task back in the
queue; the results are compared with those of an undisturbed run.
"""
import argparse, json, os, pwd, re, shutil, signal, socket, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(HERE, 'Scripts'))
from batch_study import differences, environment, fresh, ordrett, prepared, stored, undisturbed

parser = argparse.ArgumentParser()
parser.add_argument('binary')
parser.add_argument('--recordings', type=int, default=40)
parser.add_argument('--seconds', type=float, default=3)
parser.add_argument('--work')
options = parser.parse_args()
binary = os.path.abspath(options.binary)
if os.geteuid() != 0: sys.exit('a Slurm of one\'s own needs root: run as root, or in a container')
missing = [program for program in ('munged', 'slurmctld', 'slurmd', 'sbatch') if not shutil.which(program)]
if missing:
    install = 'apt-get install -y -q slurm-wlm munge'
    if subprocess.run(install, shell=True, capture_output=True).returncode: subprocess.run('apt-get update -q && ' + install, shell=True, check=True, capture_output=True)
work = options.work or tempfile.mkdtemp(prefix='check-slurm-')
place = os.path.join(work, 'slurm')
shutil.rmtree(place, ignore_errors=True); os.makedirs(place)
os.chmod(work, 0o755)
host, ports = socket.gethostname().split('.')[0], (16817, 16818, 17011, 17012)

CONFIGURATION = f'''ClusterName=check
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={place}/munge/socket
StateSaveLocation={place}/state
SlurmdSpoolDir={place}/spool-%n
SlurmctldPidFile={place}/slurmctld.pid
SlurmdPidFile={place}/slurmd-%n.pid
SlurmctldLogFile={place}/slurmctld.log
SlurmdLogFile={place}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
SlurmdTimeout=10
JobRequeue=1
KillWait=2
MaxArraySize=2000
SchedulerParameters=sched_interval=1,requeue_delay=1
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1 RealMemory=4000
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[3]} CPUs=1 RealMemory=4000
PartitionName=all Nodes=n[1-2] Default=YES MaxTime=1:00:00 State=UP
'''
with open(f'{place}/slurm.conf', 'w') as out: out.write(CONFIGURATION)
for folder in ('state', 'spool-n1', 'spool-n2', 'munge'): os.makedirs(f'{place}/{folder}')
os.environ['SLURM_CONF'] = f'{place}/slurm.conf'
daemons = {}


def start(name, arguments, **more):
    daemons[name] = subprocess.Popen(arguments, stdout=open(f'{place}/{name}.out', 'a'), stderr=subprocess.STDOUT, start_new_session=True, **more)


def node(name): start(name, ['slurmd', '-D', '-N', name, '-f', f'{place}/slurm.conf'])


def tree(pid):
    """A process and all that it has started, in whatever session."""
    found = [pid]
    for other in subprocess.run(['pgrep', '-P', str(pid)], capture_output=True, text=True).stdout.split(): found += tree(int(other))
    return found


def kill(name):
    for pid in tree(daemons[name].pid):
        try: os.kill(pid, signal.SIGKILL)
        except ProcessLookupError: pass
    daemons[name].wait()


def steps_of(name):
    """Processes of the batch steps on a node: slurmstepd leaves the daemon's tree."""
    found = []
    for pid in os.listdir('/proc'):
        try: words = open(f'/proc/{pid}/environ').read()
        except (OSError, ValueError): continue
        if f'SLURMD_NODENAME={name}\0' in words and f'SLURM_CONF={place}' in words: found.append(int(pid))
    return found


def name_of(pid):
    try: return open(f'/proc/{pid}/comm').read().strip()
    except OSError: return ''


def ancestors(pid):
    found = []
    while pid > 1:
        try: pid = int(open(f'/proc/{pid}/stat').read().rsplit(')', 1)[1].split()[1])
        except OSError: break
        found.append(pid)
    return found


def is_work(pid):
    try: return open(f'/proc/{pid}/cmdline').read().split('\0')[1:2] == ['run']
    except OSError: return False


def queue(*fields):
    text = subprocess.run(['squeue', '-h', '-r', '-o', '|'.join(fields)], capture_output=True, text=True).stdout
    return [line.strip().split('|') for line in text.splitlines()]


def wait_until(what, test, limit=120):
    end = time.monotonic() + limit
    while not test():
        if time.monotonic() > end: sys.exit(f'waited {limit} s for {what}; logs lie in {place}')
        time.sleep(0.05)


faults, requeued = [], []
try:
    munge = pwd.getpwnam('munge')
    os.chown(f'{place}/munge', munge.pw_uid, munge.pw_gid); os.chmod(f'{place}/munge', 0o755)
    os.chmod(place, 0o755)
    with open(f'{place}/munge/key', 'wb') as out: out.write(os.urandom(128))
    os.chown(f'{place}/munge/key', munge.pw_uid, munge.pw_gid); os.chmod(f'{place}/munge/key', 0o400)
    as_munge = {'user': munge.pw_uid, 'group': munge.pw_gid}
    start('munged', ['munged', '-F', '--force', f'--key-file={place}/munge/key', f'--socket={place}/munge/socket', f'--pid-file={place}/munge/pid',
                     f'--log-file={place}/munge/log', f'--seed-file={place}/munge/seed'], **as_munge)
    wait_until('munge', lambda: os.path.exists(f'{place}/munge/socket'), 20)
    start('slurmctld', ['slurmctld', '-D', '-f', f'{place}/slurm.conf'])
    node('n1'); node('n2')
    wait_until('two nodes', lambda: subprocess.run(['sinfo', '-h', '-N', '-o', '%N %t'], capture_output=True, text=True).stdout.count('idle') == 2, 60)
    print('Slurm', subprocess.run(['sinfo', '--version'], capture_output=True, text=True).stdout.split()[-1], 'with two nodes is up', flush=True)

    template = prepared(binary, work, options.recordings, options.seconds)
    reference, shared = undisturbed(binary, template, work, options.recordings, 2)
    study, keys = fresh(template, work, 'slurm-study')
    script = f'{work}/klynge.sh'
    with open(script, 'w') as out:
        out.write(ordrett(binary, ['cluster', 'script', '--slurm', '--memory', '500M', '--time', '00:30:00'], study, keys).stdout)
    begin = time.monotonic()
    submitted = subprocess.run(['bash', script], cwd=work, env=environment(keys), capture_output=True, text=True)
    if submitted.returncode: sys.exit(f'the script did not submit itself: {submitted.stdout}{submitted.stderr}')
    print(submitted.stdout.strip(), flush=True)
    jobs = re.findall(r'shares in job (\d+), gathered in job (\d+)', submitted.stdout)
    all_tasks = len(jobs) * (options.recordings + 1)
    # A node goes down in the middle of the work, with all that runs on it.
    wait_until('work on n2', lambda: len(queue('%i')) < all_tasks - 3 and any(is_work(pid) for pid in steps_of('n2')))
    victims = [row[0] for row in queue('%i', '%N', '%T') if row[1] == 'n2' and row[2] == 'RUNNING']
    # The daemon first, then those that watch over tasks: none may tell that its task has ended.
    doomed = steps_of('n2')
    watchers = {above for pid in doomed for above in ancestors(pid) if name_of(above).startswith('slurmstepd')}
    kill('n2')
    for pid in [*watchers, *doomed]:
        try: os.kill(pid, signal.SIGKILL)
        except ProcessLookupError: pass
    subprocess.run(['scontrol', 'update', 'NodeName=n2', 'State=DOWN', 'Reason=killed'], check=True)
    time.sleep(3)
    node('n2')
    subprocess.run(['scontrol', 'update', 'NodeName=n2', 'State=RESUME'], capture_output=True)
    wait_until('the rounds', lambda: not queue('%i'), 1500)
    for task in victims:
        text = subprocess.run(['scontrol', 'show', 'job', task], capture_output=True, text=True).stdout
        found = re.search(r'Restarts=(\d+)', text)
        if found and int(found.group(1)) > 0: requeued.append(task)
    if victims and not requeued: faults.append(f'the tasks of the killed node ({victims}) were not put back in the queue')
    print(f'{options.recordings} recordings in {len(jobs)} rounds on two nodes in {time.monotonic() - begin:.0f} s; n2 was killed with {", ".join(victims) or "nothing"} on it, put back: {", ".join(requeued) or "none"}', flush=True)
    wrong = differences(study, reference, True)
    if wrong: faults.append(f'{len(wrong)} files differ from a run without Slurm: {wrong[:3]}')
    if stored(study) != reference['stored']: faults.append('the coding store differs')
    again = json.loads(ordrett(binary, ['gather', '--quiet', '--json'], study, keys).stdout)
    if not again['finished'] or again['done'] != options.recordings: faults.append(f'not all is done: {again}')
    if not faults: print(f'{len(reference["digests"])} files, {shared} of them for sharing: the same bytes as a run without Slurm', flush=True)
finally:
    for name in reversed(list(daemons)): kill(name)

for fault in faults: print(fault)
if faults: print(f'logs lie in {place} and {work}')
if not options.work and not faults: shutil.rmtree(work, ignore_errors=True)
sys.exit(1 if faults else 0)
