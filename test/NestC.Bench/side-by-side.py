#!/usr/bin/env python3
"""Runs nest-opt and mlir-opt over the same generated modules, in turns, and prints both with their ratios.

  dotnet publish tools/nest-opt -c Release -o out
  test/NestC.Bench/side-by-side.py --nest out/nest-opt [--mlir mlir-opt-19] [--sizes 10000,100000,1000000] [--runs 5]
                                   [--modules unregistered,flat,deep,arith] [--passes canonicalize,cse] [--csv FILE]
  test/NestC.Bench/side-by-side.py --nest out/nest-opt --own      the passes by themselves, growth, and threads

Modules (seeded, the same on every machine):
  unregistered   functions of generic operations with attributes of many kinds
  flat           one region, a long chain of plain operations
  deep           towers of nested regions
  arith          func and arith with work for folds and common subexpressions, in upstream's custom form

Each run is a process of its own: parse, verify, (passes,) print to /dev/null. User CPU, wall clock and peak memory are the system's account of
that process; a column is the median of the runs, a ratio the median of nest-opt / mlir-opt over pairs of neighbouring runs.

With --own the columns are the time of the pass alone, as both tools' --mlir-timing reports it (verification after the pass included, in both), and the
CPU (user and system) of the whole run, over: arith (little to do), folds (two thirds fold or die), duplicates (half are equal to an earlier one), and chains
of blocks. Then functions on one thread and on two, and whether outputs differ between threads and runs.
"""
import argparse
import csv
import hashlib
import io
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

SEED = 20240917


def unregistered(out, count, rng):
    made = 0
    while made < count:
        made += 1
        out.write('"bench.func"() ({\n^bb0(%arg0: i32, %arg1: tensor<4x?xf32>):\n')
        values = ['%arg0', '%arg0']
        for i in range(min(100, count - made)):
            made += 1
            a, b = values[rng.randrange(len(values))], values[-1]
            attributes = (
                f'index = {rng.randrange(1000)} : i64',
                f'axes = [{rng.randrange(4)} : i32, {rng.randrange(4)} : i32], keep',
                f'name = "n{rng.randrange(200)}", scale = {rng.randrange(1, 64) / 8:.6e} : f32',
                f'callee = @f{rng.randrange(100)}, sizes = array<i64: {rng.randrange(16)}, {rng.randrange(16)}>',
                f'weights = dense<[{rng.randrange(9)}, {rng.randrange(9)}, {rng.randrange(9)}]> : tensor<3xi8>',
            )[rng.randrange(5)]
            out.write(f'  %{i} = "bench.op{rng.randrange(40)}"({a}, {b}) {{{attributes}}} : (i32, i32) -> i32\n')
            values.append(f'%{i}')
        out.write(f'  "bench.return"({values[-1]}) : (i32) -> ()\n}}) {{sym_name = "f{made}"}} : () -> ()\n')


def flat(out, count, rng):
    out.write('"bench.func"() ({\n  %0 = "bench.source"() : () -> f32\n')
    for i in range(1, count):
        out.write(f'  %{i} = "bench.step"(%{i - 1}, %{rng.randrange(max(0, i - 50), i)}) : (f32, f32) -> f32\n')
    out.write('}) : () -> ()\n')


def deep(out, count, rng):
    made = 0
    while made < count:
        depth = max(1, min(48, (count - made) // 3))
        for level in range(depth):
            out.write(f'%d{made}_{level} = "bench.enter"() ({{\n  %x{made}_{level} = "bench.value"() {{level = {level} : i32}} : () -> i32\n')
        for level in reversed(range(depth)):
            out.write(f'  "bench.yield"(%x{made}_{level}) : (i32) -> ()\n}}) : () -> i32\n')
        made += 3 * depth


def arith(out, count, rng):
    made = number = 0
    while made < count:
        out.write(f'func.func @f{number}(%a: i32, %b: i32) -> i32 {{\n  %c0 = arith.constant 0 : i32\n  %c1 = arith.constant {rng.randrange(2, 99)} : i32\n')
        made, number = made + 4, number + 1
        values = ['%a', '%b', '%c0', '%c1']
        for i in range(196):
            op = ('addi', 'subi', 'muli', 'andi', 'ori', 'xori')[rng.randrange(6)]
            left, right = values[rng.randrange(max(0, len(values) - 12), len(values))], values[rng.randrange(len(values))]
            out.write(f'  %{i} = arith.{op} {left}, {right} : i32\n')
            values.append(f'%{i}')
            made += 1
        out.write(f'  return {values[-1]} : i32\n}}\n')


def folds(out, count, rng):
    made = number = 0
    while made < count:
        out.write(f'func.func @f{number}(%a: i32, %b: i32) -> i32 {{\n  %c0 = arith.constant 0 : i32\n  %c1 = arith.constant 1 : i32\n')
        made, number = made + 4, number + 1
        values = ['%a', '%b']
        for i in range(196):
            x, y, kind = values[rng.randrange(max(0, len(values) - 12), len(values))], values[rng.randrange(len(values))], rng.randrange(9)
            body = (f'arith.constant {rng.randrange(-50, 50)}', f'arith.muli {x}, %c1', f'arith.addi {x}, %c0', f'arith.subi {x}, {x}', 'arith.minui %c0, %c1',
                    f'arith.xori {x}, {y}', f'arith.muli {x}, {y}', f'arith.addi {x}, {y}', f'arith.xori {x}, {y}')[kind]
            out.write(f'  %{i} = {body} : i32\n')
            values.append(f'%{i}')
            made += 1
        out.write(f'  return {values[-1]} : i32\n}}\n')


def duplicates(out, count, rng):
    made = number = 0
    while made < count:
        out.write(f'func.func @f{number}(%a: i32, %b: i32) -> i32 {{\n')
        made, number = made + 2, number + 1
        bodies, values = [], ['%a', '%b']
        for i in range(198):
            if i % 2 and bodies: body = bodies[rng.randrange(len(bodies))]
            else: bodies.append(body := f'arith.{("addi", "xori", "minui", "muli")[rng.randrange(4)]} {values[-1]}, {values[rng.randrange(len(values))]}')
            out.write(f'  %{i} = {body} : i32\n')
            values.append(f'%{i}')
            made += 1
        out.write(f'  return {values[-1]} : i32\n}}\n')


def chain(out, count, rng):
    out.write('func.func @f(%a: i32, %c: i1) -> i32 {\n  cf.br ^bb1(%a : i32)\n')
    for i in range(1, count):
        out.write(f'^bb{i}(%x{i}: i32):\n  %v{i} = arith.muli %x{i}, %a : i32\n  "bench.use"(%v{i}) : (i32) -> ()\n')
        out.write(f'  cf.cond_br %c, ^bb{i + 1}(%v{i} : i32), ^bb{count}(%x{i} : i32)\n')
    out.write(f'^bb{count}(%r: i32):\n  return %r : i32\n}}\n')


MODULES = {'unregistered': unregistered, 'flat': flat, 'deep': deep, 'arith': arith}


def run(command):
    """User CPU seconds, wall seconds, peak MiB of one process, which must succeed."""
    start = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=[
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - start
    if status: sys.exit(f'{" ".join(command)} failed with {os.waitstatus_to_exitcode(status)}')
    return usage.ru_utime, wall, usage.ru_maxrss / 1024


def measure(name, size, mlir, nest, runs, table):
    pairs = []
    for i in range(runs + 1):
        pair = (run(mlir), run(nest)) if i % 2 else (run(nest), run(mlir))[::-1]
        if i: pairs.append(pair)            # the first pair warms the caches of the file system
    row = [name, size]
    for figure in range(3):
        row += [statistics.median(p[tool][figure] for p in pairs) for tool in (0, 1)]
        row.append(statistics.median(p[1][figure] / max(p[0][figure], 1e-3) for p in pairs))
    table.append(row)
    print(f'{name:24s} {size:8d} | ' + ' | '.join(f'{row[i]:8.{d}f} {row[i + 1]:8.{d}f} {row[i + 2]:5.2f}' for i, d in ((2, 3), (5, 3), (8, 0))), flush=True)


def report(command):
    """Seconds by name in the tool's --mlir-timing (wall clock), with the CPU seconds of the run as `CPU`."""
    child = subprocess.Popen(command + ['--mlir-timing', '-o', os.devnull], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode: sys.exit(f'{" ".join(command)} failed:\n{said}')
    rows = {}
    for line in re.finditer(r'^((?:\s+[\d.]+ \(\s*[\d.]+%\))+)\s+(.*?)\s*$', said, re.M):
        rows[line[2]] = rows.get(line[2], 0) + float(re.findall(r'([\d.]+) \(', line[1])[-1])
    rows['CPU'] = usage.ru_utime + usage.ru_stime
    return rows


def renamed(line, times):
    return re.sub(r"%(c?\d+)", lambda name: f"%r{times}_{name[1]}", line)


def one_function(text, number, times):
    """The body of a function, repeated, under other names each time."""
    lines = text.splitlines()
    body, end = lines[1:-2], lines[-2]
    out = [f'func.func @g{number}(%a: i32, %b: i32) -> i32 {{']
    for t in range(times):
        out += [renamed(line, t) for line in body] + [f'  "bench.use"({renamed(end.split()[1], t)}) : (i32) -> ()']
    return '\n'.join(out + ['  return %a : i32', '}', ''])


def own(o, folder):
    flags = ['--allow-unregistered-dialect', '--mlir-disable-threading']
    title = {'canonicalize': 'Canonicalizer', 'cse': 'CSE'}

    def write(module, size):
        path = os.path.join(folder, f'{module}_{size}.mlir')
        with open(path, 'w') as out: (MODULES | OWN)[module](out, size, random.Random(SEED + size))
        return path

    def row(name, size, path, flag):
        pairs = [(report([o.mlir, path, '--' + flag] + flags), report([o.nest, path, '--' + flag] + flags)) for _ in range(o.runs + 1)][1:]
        cells = []
        for key in (title[flag], 'CPU'):
            figures = [statistics.median(p[tool][key] for p in pairs) for tool in (0, 1)]
            cells.append(f'{figures[0]:8.3f} {figures[1]:8.3f} {statistics.median(p[1][key] / max(p[0][key], 1e-4) for p in pairs):5.2f}')
        print(f'{name + " --" + flag:28s} {size:8d} | ' + ' | '.join(cells), flush=True)

    print(f'{"":37s} |     the pass alone, s    |    whole run, CPU s')
    print(f'{"module":28s} {"ops":>8s} |' + ' |'.join(f' {"mlir":>8s} {"nest":>8s} ratio' for _ in range(2)))
    for size in map(int, o.sizes.split(',')):
        for module, flag in (('arith', 'canonicalize'), ('folds', 'canonicalize'), ('folds', 'cse'), ('duplicates', 'cse')):
            path = write(module, size)
            row(module, size, path, flag)
            os.remove(path)
    for size in (10000, 20000, 40000):
        for flag in title: row('chain of blocks', size, write('chain', size), flag)

    path = os.path.join(folder, 'functions.mlir')
    with open(path, 'w') as out:
        text = io.StringIO()
        for i in range(64):     # of 10,000 operations each: as many small bodies, one after another, in one function
            folds(part := io.StringIO(), 200, random.Random(SEED + i))
            text.write(one_function(part.getvalue(), i, 50))
        out.write(text.getvalue())
    pipeline = ['--pass-pipeline=builtin.module(func.func(cse,canonicalize))', path, '--allow-unregistered-dialect']
    for name, tool in (('mlir-opt', o.mlir), ('nest-opt', o.nest)):
        walls = [[], []]
        for _ in range(o.runs + 1):
            for many in (0, 1): walls[many].append(next(v for k, v in report([tool] + pipeline + ([] if many else ['--mlir-disable-threading'])).items() if 'Pipeline' in k))
        one, many = (statistics.median(w[1:]) for w in walls)
        print(f'{name}: functions one after another {one:.3f} s, side by side {many:.3f} s: {one / many:.2f} times as fast')
    path = write('folds', 5000 * 200)
    outputs = set()
    for i in range(o.repeats):
        done = subprocess.run([o.nest, path, pipeline[0]] + (['--mlir-disable-threading'] if i % 2 else []), stdin=subprocess.DEVNULL, capture_output=True, check=True)
        outputs.add(hashlib.sha256(done.stdout).hexdigest())
    print(f'{o.repeats} runs over 5000 functions, half of them on one thread: {len(outputs)} different output{"s" if len(outputs) > 1 else ""}')
    if len(outputs) > 1: sys.exit(1)


OWN = {'folds': folds, 'duplicates': duplicates, 'chain': chain}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--nest', required=True, help='a published nest-opt')
    parser.add_argument('--mlir', default='mlir-opt-19')
    parser.add_argument('--sizes', default='10000,100000,1000000', help='operations')
    parser.add_argument('--modules', default=','.join(MODULES))
    parser.add_argument('--passes', default='canonicalize,cse', help='passes to run on arith')
    parser.add_argument('--runs', type=int, default=5, help='at least 5')
    parser.add_argument('--csv', help='write the table there too')
    parser.add_argument('--own', action='store_true', help='measure passes by themselves instead')
    parser.add_argument('--repeats', type=int, default=20, help='with --own: runs whose outputs are compared')
    o = parser.parse_args()
    if o.runs < 5: parser.error('a median of fewer than 5 runs says little')
    for tool in (o.mlir, o.nest):
        if shutil.which(tool) is None: parser.error(f'{tool} is not there')
    if o.own:
        with tempfile.TemporaryDirectory() as folder: own(o, folder)
        return
    table = []
    print(f'{"":33s} |      user CPU s         |        wall s           |       peak MiB')
    print(f'{"module":24s} {"ops":>8s} |' + ' |'.join(f' {"mlir":>8s} {"nest":>8s} ratio' for _ in range(3)))
    with tempfile.TemporaryDirectory() as folder:
        for module in o.modules.split(','):
            for size in map(int, o.sizes.split(',')):
                path = os.path.join(folder, f'{module}.mlir')
                with open(path, 'w') as out: MODULES[module](out, size, random.Random(SEED + size))
                flags = [path, '-o', os.devnull, '--mlir-disable-threading'] + ([] if module == 'arith' else ['--allow-unregistered-dialect', '--mlir-print-op-generic'])
                measure(module, size, [o.mlir] + flags, [o.nest] + flags, o.runs, table)
                for name in filter(None, o.passes.split(',') if module == 'arith' else ()):
                    measure(f'{module} --{name}', size, [o.mlir, '--' + name] + flags, [o.nest, '--' + name] + flags, o.runs, table)
                os.remove(path)
    if o.csv:
        with open(o.csv, 'w', newline='') as out:
            writer = csv.writer(out)
            writer.writerow(['module', 'ops'] + [f'{what}_{which}' for what in ('user_s', 'wall_s', 'peak_mib') for which in ('mlir', 'nest', 'ratio')])
            writer.writerows(table)


if __name__ == '__main__':
    main()
