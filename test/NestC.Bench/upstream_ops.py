#!/usr/bin/env python3
"""Finds the structural facts of upstream's operations by asking mlir-opt 19, and writes compiler/NestC.Core/Builtin/UpstreamOps.tsv.

  upstream_ops.py [--tool mlir-opt-19] [--out FILE]

Names come from the strings of the executable; each that mlir-opt knows is then verified in generic form with ever more of what
it asks for, and what it says is noted. Columns: name; flags (T terminator, S single block, N no terminator needed); numbers of
regions, results, successors and operands (`2`, `1+` for at least, empty where any goes); name of the implicit terminator; names
of the parents that it may have; descriptions of the types of its first operands, as far as they are simple.
"""
import argparse, os, re, subprocess, sys

DIALECTS = ('acc affine amdgpu amx arm_neon arm_sme arm_sve async bufferization complex emitc gpu index irdl linalg llvm math memref mesh '
            'ml_program mpi nvgpu nvvm omp pdl pdl_interp polynomial quant rocdl scf shape sparse_tensor spirv tensor tosa transform ub vector '
            'x86vector xegpu').split()
# No message says this: read from upstream's definitions.
NO_TERMINATOR = ('irdl.dialect irdl.type irdl.attribute irdl.operation llvm.comdat pdl.rewrite scf.forall.in_parallel shape.function_library '
                 'ml_program.subgraph spirv.module transform.apply_conversion_patterns transform.apply_patterns transform.with_pdl_patterns').split()
SIMPLE = {'index': 'index', 'signless integer or index': 'index', '1-bit signless integer': 'i1', 'signless-integer-like': 'i32',
          'floating-point-like': 'f32', '32-bit signless integer': 'i32', 'integer': 'i32', 'signless integer': 'i32',
          '64-bit signless integer': 'i64', 'floating-point': 'f32', 'any type': 'i32'}
FLAGS = ['--allow-unregistered-dialect', '--split-input-file', '-o', '/dev/null']


def ask(tool, texts):
    """The first error that each text gets, or None."""
    out = []
    for at in range(0, len(texts), 400):
        part = texts[at:at + 400]
        starts, line = [], 1
        for t in part:
            starts.append(line)
            line += t.count('\n') + 2
        run = subprocess.run([tool] + FLAGS, input='\n// -----\n'.join(part), capture_output=True, text=True, errors='replace')
        first = {}
        for m in re.finditer(r'^within split at <stdin>:(\d+) offset :\d+:\d+: error: (.*)$', run.stderr, re.M):
            first.setdefault(int(m[1]), m[2])
        if run.returncode < 0 or run.returncode > 100:
            # A verifier of upstream crashed: go on one by one.
            if len(part) == 1: out.append('crash')
            else:
                for t in part: out += ask(tool, [t])
            continue
        out += [first.get(s if i == 0 else s - 1) for i, s in enumerate(starts)]
    return out


class Op:
    def __init__(self, name):
        self.name, self.flags, self.implicit, self.parents, self.types = name, '', '', '', []
        self.counts = {'regions': '', 'results': '', 'successors': '', 'operands': ''}
        self.give = dict.fromkeys(self.counts, 0)
        self.done = False

    def text(self, region='{"foo.end"() : () -> ()}', **more):
        g = {**self.give, **more}
        types = [SIMPLE.get(t, 'none') for t in self.types] + ['none'] * g['operands']
        types = types[:g['operands']]
        lines = [f'%v{i} = "foo.v"() : () -> {t}' for i, t in enumerate(types)]
        regions = f' ({", ".join([region] * g["regions"])})' if g['regions'] else ''
        successors = f' [{", ".join(["^b"] * g["successors"])}]' if g['successors'] else ''
        results = f'({", ".join(["none"] * g["results"])})'
        op = f'"{self.name}"({", ".join(f"%v{i}" for i in range(len(types)))}){successors}{regions} : ({", ".join(types)}) -> {results}'
        body = '\n'.join(lines + [op])
        return '"foo.outer"() ({\n' + body + ('\n^b:\n"foo.end"() : () -> ()' if successors or 'T' in self.flags else '') + '\n}) : () -> ()'


COUNTS = [(r"requires one region", 'regions', lambda m: '1'), (r"expected (\d+) regions", 'regions', lambda m: m[1]),
          (r"expected (\d+) or more regions", 'regions', lambda m: m[1] + '+'), (r"requires zero regions", 'regions', lambda m: '0'),
          (r"requires one result", 'results', lambda m: '1'), (r"expected (\d+) results", 'results', lambda m: m[1]),
          (r"expected (\d+) or more results", 'results', lambda m: m[1] + '+'), (r"requires zero results", 'results', lambda m: '0'),
          (r"requires 1 successor but found", 'successors', lambda m: '1'), (r"requires (\d+) successors but found", 'successors', lambda m: m[1]),
          (r"requires at least (\d+) successors? but found", 'successors', lambda m: m[1] + '+'),
          (r"requires a single operand", 'operands', lambda m: '1'), (r"expected (\d+) operands, but found", 'operands', lambda m: m[1]),
          (r"expected (\d+) or more operands, but found", 'operands', lambda m: m[1] + '+'), (r"requires zero operands", 'operands', lambda m: '0')]


def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = os.path.dirname(os.path.abspath(__file__))
    a.add_argument('--tool', default='mlir-opt-19')
    a.add_argument('--out', default=os.path.join(here, '../../compiler/NestC.Core/Builtin/UpstreamOps.tsv'))
    o = a.parse_args()
    binary = subprocess.run(['which', o.tool], capture_output=True, text=True).stdout.strip()
    strings = open(os.path.realpath(binary), 'rb').read()
    names = sorted({m.decode() for m in re.findall(rb'(?<![a-zA-Z0-9_.])(?:' + '|'.join(DIALECTS).encode() + rb')\.[a-zA-Z_][a-zA-Z_0-9.]*', strings)})
    ops = [Op(n) for n in names]
    said = ask(o.tool, [f'"builtin.module"() ({{\n"{p.name}"() [^b] : () -> ()\n^b:\n}}) : () -> ()' for p in ops])
    for p, e in zip(ops, said):
        if not (e and 'successors in non-terminator' in e): p.flags += 'T'
    for turn in range(14):
        todo = [p for p in ops if not p.done]
        for p, e in zip(todo, ask(o.tool, [p.text() for p in todo])): note(p, e)
    # Where zero was not objected to, one may be.
    for kind in ('regions', 'results', 'operands'):
        todo = [p for p in ops if p.counts[kind] == '']
        for p, e in zip(todo, ask(o.tool, [p.text(**{kind: 1}) for p in todo])):
            if e and f'requires zero {kind}' in e: p.counts[kind] = '0'
    todo = [p for p in ops if p.counts['regions'] not in ('', '0')]
    two = '{"foo.end"() : () -> ()\n^b1:\n"foo.end"() : () -> ()}'
    for p, e in zip(todo, ask(o.tool, [p.text(region=two) for p in todo])):
        if e and 'to have 0 or 1 blocks' in e: p.flags += 'S'
    for p in ops:
        if p.name in NO_TERMINATOR: p.flags += 'N'
    # Names that upstream does not know are taken with successors, and object to nothing.
    ops = [p for p in ops if p.flags != 'T' or any(p.counts.values())]
    with open(o.out, 'w') as f:
        for p in ops:
            f.write('\t'.join([p.name, p.flags] + list(p.counts.values()) + [p.implicit, p.parents, '|'.join(p.types)]) + '\n')
    print(len(ops), 'operations')


def note(p, e):
    """Takes what mlir-opt said of an operation; done when it says nothing that is understood."""
    if not e:
        p.done = True
        return
    for pattern, kind, value in COUNTS:
        m = re.search("' op " + pattern, e)
        if m:
            p.counts[kind] = value(m)
            p.give[kind] = int(value(m).rstrip('+'))
            return
    m = re.search(r"expects regions to end with '([^']*)'", e)
    if m: p.implicit = m[1]
    m = re.search(r"expects parent op (?:to be one of )?(.*)$", e)
    if m: p.parents = ' '.join(re.findall(r"'([^']*)'", m[1]))
    m = re.match(r"'[^']*' op operand #(\d+) must be (.*), but got", e)
    if m and int(m[1]) == len(p.types) and m[2] in SIMPLE:
        p.types.append(m[2])
        return
    p.done = True


if __name__ == '__main__': sys.exit(main())
