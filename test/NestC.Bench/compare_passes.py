#!/usr/bin/env python3
"""Runs passes of nest-opt and mlir-opt 19 on seeded modules, and says where they print something else.

  compare_passes.py --nest out/nest-opt [--mlir mlir-opt-19] [--seeds 0:500] [--only TEXT] [--keep FOLDER] [--reduce]
  compare_passes.py --emit FILE --seeds 0:60        write the modules alone, with // ----- between them

Modules that mlir-opt refuses, and runs in which it crashes, does not end, or prints what it does not read back, do not count. Exit status: 0 when all agree.
"""
import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from random_modules import module

MARKER = '// -----\n'
PIPELINES = [
    ['--canonicalize'],
    ['--canonicalize=top-down=false'],
    ['--canonicalize=region-simplify=aggressive'],
    ['--canonicalize=region-simplify=disabled'],
    ['--canonicalize=max-iterations=1'],
    ['--canonicalize=max-num-rewrites=3'],
    ['--cse'],
    ['--sccp'],
    ['--symbol-dce'],
    ['--symbol-privatize=exclude=f0'],
    ['--inline'],
    ['--inline=default-pipeline='],
    ['--inline=max-iterations=1 inlining-threshold=150'],
    ['--inline=op-pipelines=func.func(cse,sccp)'],
    ['--loop-invariant-code-motion'],
    ['--topological-sort'],
    ['--canonicalize', '--cse'],
    ['--sccp', '--canonicalize', '--symbol-dce'],
    ['--inline', '--sccp', '--canonicalize', '--cse'],
    ['--pass-pipeline=builtin.module(func.func(cse,canonicalize),inline,symbol-dce)'],
    ['--pass-pipeline=builtin.module(any(sccp,canonicalize{region-simplify=aggressive},cse))'],
]


# What mlir-opt 19 folds x - x to for a tensor whose size is not known: a constant that it does not read back.
INVALID = re.compile(r'arith\.constant dense<.*> : tensor<\?')

# Modules on which mlir-opt does not end: the other pipelines leave them out.
endless = set()


def run(command, flags, path, timeout):
    try:
        done = subprocess.run(command.split() + flags + ['--allow-unregistered-dialect', '--split-input-file', path], capture_output=True, text=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        return None, '', 'timeout'
    return done.returncode, done.stdout, done.stderr


def outputs(command, flags, texts, scratch):
    """What the tool prints for each text: a list of texts; None where it refuses, crashes or does not end."""
    with open(scratch, 'w') as f:
        f.write(MARKER.join(texts))
    status, out, error = run(command, flags, scratch, 4 + len(texts) / 10)
    if status in (0, 1):
        parts = out.split(MARKER)
        if len(parts) == len(texts):
            return [p if p.strip() and not INVALID.search(p) else None for p in parts]
    if len(texts) == 1:
        if status is None:
            endless.add(texts[0])
        return [None]
    half = len(texts) // 2
    return outputs(command, flags, texts[:half], scratch) + outputs(command, flags, texts[half:], scratch)


def differ(args, flags, text, scratch):
    """Whether the two tools print something else for a text that mlir-opt accepts."""
    theirs = outputs(args.mlir, flags, [text], scratch)[0]
    return theirs is not None and theirs != outputs(args.nest, flags, [text], scratch)[0]


def reduce(args, flags, text, scratch):
    """Fewer lines that still differ: runs of lines are left out, then halves of them."""
    lines = text.splitlines()
    size = max(1, len(lines) // 2)
    while True:
        at, changed = 0, False
        while at < len(lines):
            shorter = lines[:at] + lines[at + size:]
            if differ(args, flags, '\n'.join(shorter) + '\n', scratch):
                lines, changed = shorter, True
            else:
                at += size
        if size == 1 and not changed:
            return '\n'.join(lines) + '\n'
        size = max(1, size // 2)


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('--nest')
    a.add_argument('--mlir', default='mlir-opt-19')
    a.add_argument('--seeds', default='0:500')
    a.add_argument('--only', help='pipelines that hold this text')
    a.add_argument('--pipeline', action='append', help='flags of one pipeline instead of the list, with spaces between them')
    a.add_argument('--keep', help='folder for modules that differ')
    a.add_argument('--reduce', action='store_true')
    a.add_argument('--emit')
    a.add_argument('--chunk', type=int, default=100)
    a.add_argument('--jobs', type=int, default=2)
    args = a.parse_args()
    low, _, high = args.seeds.partition(':')
    seeds = range(int(low), int(high or int(low) + 1))
    if args.emit:
        with open(args.emit, 'w') as f:
            f.write(MARKER.join(module(s) for s in seeds))
        return 0
    if not args.nest:
        a.error('--nest names the tool to compare')
    keep = args.keep or os.path.join(os.environ.get('TMPDIR', '/tmp'), 'compare-passes')
    os.makedirs(keep, exist_ok=True)
    pipelines = [p.split() for p in args.pipeline] if args.pipeline else [p for p in PIPELINES if not args.only or args.only in ' '.join(p)]
    texts = [module(s) for s in seeds]
    refused = [s for s, o in zip(seeds, sum((outputs(args.mlir, [], texts[i:i + args.chunk], f'{keep}/read-{os.getpid()}.mlir') for i in range(0, len(texts), args.chunk)), [])) if o is None]
    if refused:
        print(f'{len(refused)} modules are not valid: {refused[:10]}')
    tasks = [(n, i) for n in range(len(pipelines)) for i in range(0, len(texts), args.chunk)]

    def work(task):
        n, i = task
        scratch = f'{keep}/run-{os.getpid()}-{n}-{i}.mlir'
        chunk = [t if t not in endless else '' for t in texts[i:i + args.chunk]]
        theirs = outputs(args.mlir, pipelines[n], chunk, scratch)
        ours = outputs(args.nest, pipelines[n], chunk, scratch)
        os.unlink(scratch)
        return [(seeds[i + k], t == o) for k, (t, o) in enumerate(zip(theirs, ours)) if t is not None]

    total = wrong = 0
    with ThreadPoolExecutor(args.jobs) as pool:
        done = pool.map(work, tasks)
        for n, flags in enumerate(pipelines):
            verdicts = sum((next(done) for _ in range(0, len(texts), args.chunk)), [])
            different = [s for s, same in verdicts if not same]
            total += len(verdicts)
            wrong += len(different)
            print(f'{len(verdicts) - len(different):5} of {len(verdicts):5}  {" ".join(flags)}' + (f'   differ: {different[:12]}' if different else ''), flush=True)
            for s in different[:4 if args.reduce else 0]:
                path = f'{keep}/{n}-{s}.mlir'
                small = reduce(args, flags, texts[s - seeds[0]], f'{keep}/reduce-{os.getpid()}.mlir')
                with open(path, 'w') as f:
                    f.write(f'// RUN: {" ".join(flags)}\n{small}')
                print(f'        {path}: {len(small.splitlines())} lines')
    if endless:
        print(f'{len(endless)} modules on which a tool did not end: {[s for s, t in zip(seeds, texts) if t in endless][:20]}')
    print(f'{total - wrong} of {total} the same ({100 * (total - wrong) / max(1, total):.2f} %)')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
