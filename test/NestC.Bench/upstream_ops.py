#!/usr/bin/env python3
"""Finds the structural facts of upstream's operations by asking mlir-opt 19, and writes compiler/NestC.Core/Builtin/UpstreamOps.tsv.

  upstream_ops.py [--tool mlir-opt-19] [--out FILE]

Names come from the strings of the executable; each that mlir-opt knows is then verified in generic form with ever more of what
it asks for, and what it says is noted. Columns: name; flags (T terminator, S single block, N no terminator needed, I isolated
from above, X no properties); numbers of regions, results, successors and operands (`2`, `1+` for at least, empty where any goes);
name of the implicit terminator; names of the parents that it may have; types of its first operands and results, as numbers of `!` lines;
how many groups of operands and results it has; `region:name:blocks` where a number of blocks is asked for; its inherent attributes, `!` behind
those that are required, `=` and the number of a `#` line where the kind matters. `#` and `!` lines have letters of kinds that are refused.
"""
import argparse, os, re, subprocess, sys
import upstream_attributes, upstream_types

DIALECTS = ('acc affine amdgpu amx arm_neon arm_sme arm_sve async bufferization complex emitc gpu index irdl linalg llvm math memref mesh '
            'ml_program mpi nvgpu nvvm omp pdl pdl_interp polynomial quant rocdl scf shape sparse_tensor spirv tensor tosa transform ub vector '
            'x86vector xegpu').split()
# No message says this, and each must stand in another operation that does not verify either: read from upstream's definitions.
NO_TERMINATOR = 'irdl.type irdl.attribute irdl.operation pdl.rewrite scf.forall.in_parallel ml_program.subgraph transform.with_pdl_patterns'.split()
FLAGS = ['--allow-unregistered-dialect', '--split-input-file', '-o', '/dev/null']


def ask(tool, texts, batch=400):
    """The first error that each text gets, or None."""
    out = []
    for at in range(0, len(texts), batch):
        part = texts[at:at + batch]
        starts, line = [], 1
        for t in part:
            starts.append(line)
            line += t.count('\n') + 2
        run = subprocess.run([tool] + FLAGS, input='\n// -----\n'.join(part), capture_output=True, text=True, errors='replace')
        first = {}
        for m in re.finditer(r'^within split at <stdin>:(\d+) offset :\d+:\d+: error: (.*)$', run.stderr, re.M):
            first.setdefault(int(m[1]), m[2])
        if run.returncode < 0 or run.returncode > 100:
            # A verifier of upstream crashed: halve, to find it.
            if len(part) == 1: out.append('crash')
            else: out += ask(tool, part, (len(part) + 1) // 2)
            continue
        out += [first.get(s if i == 0 else s - 1) for i, s in enumerate(starts)]
    return out


TYPES = upstream_types.Learned()


class Op:
    def __init__(self, name):
        self.name, self.flags, self.implicit, self.parents, self.types, self.result_types = name, '', '', '', [], []
        self.counts = {'regions': '', 'results': '', 'successors': '', 'operands': ''}
        self.give = dict.fromkeys(self.counts, 0)
        self.groups = {'operands': 0, 'results': 0}
        self.required, self.region_names = [], {}
        self.attributes, self.refused, self.good, self.asked = {}, {}, {}, set()
        self.stuck = self.waits = None
        self.done = self.broken = False

    def all_attributes(self):
        """Name and description of each, those that are required and take anything too."""
        return list(self.attributes.items()) + [(n, '') for n in self.required if n not in self.attributes]

    def details(self, kinds):
        """The columns after the parents; kinds of attributes are numbered as they come."""
        # With groups the number of an operand depends on how many the groups before it have.
        for types, groups in ((self.types, self.groups['operands']), (self.result_types, self.groups['results'])):
            yield '' if groups else ' '.join(str(list(TYPES).index(t)) if t and TYPES[t][0] else '-' for t in types)
        yield ' '.join(str(n) for n in self.groups.values()) if any(self.groups.values()) else ''
        yield ' '.join(f'{i}:{name}:{n}' for i, (name, n) in sorted(self.region_names.items()))
        words = []
        for n, d in self.all_attributes():
            kind = f'={kinds.setdefault((d, *self.refused[n]), len(kinds))}' if d else ''
            words.append(n + '!' * (n in self.required) + kind)
        yield ' '.join(words)

    def text(self, region='{"foo.end"() : () -> ()}', replace=None, **more):
        g = {**self.give, **more}
        types = ([TYPES.sample(t) for t in self.types] + ['none'] * g['operands'])[:g['operands']]
        results = ([TYPES.sample(t) for t in self.result_types] + ['none'] * g['results'])[:g['results']]
        if replace: (types if replace[0] == 'operand' else results)[replace[1]] = replace[2]
        properties = [f'{n} = {self.good[n]}' for n in self.required if n in self.good]
        for kind, count in (('operand', g['operands']), ('result', g['results'])):
            groups = self.groups[kind + 's']
            if groups: properties.append(f'{kind}SegmentSizes = array<i32: {", ".join("1" if i < count else "0" for i in range(groups))}>')
        lines = [f'%v{i} = "foo.v"() : () -> {t}' for i, t in enumerate(types)]
        regions = f' ({", ".join([region] * g["regions"])})' if g['regions'] else ''
        successors = f' [{", ".join(["^b"] * g["successors"])}]' if g['successors'] else ''
        inherent = f' <{{{", ".join(properties)}}}>' if properties else ''
        values = ", ".join(f"%v{i}" for i in range(len(types)))
        op = f'"{self.name}"({values}){successors}{inherent}{regions} : ({", ".join(types)}) -> ({", ".join(results)})'
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
    a.add_argument('--stuck', action='store_true', help='print what was not understood')
    o = a.parse_args()
    binary = subprocess.run(['which', o.tool], capture_output=True, text=True).stdout.strip()
    strings = open(os.path.realpath(binary), 'rb').read()
    names = sorted({m.decode() for m in re.findall(rb'(?<![a-zA-Z0-9_.])(?:' + '|'.join(DIALECTS).encode() + rb')\.[a-zA-Z_][a-zA-Z_0-9.]*', strings)})
    ops = [Op(n) for n in names]
    said = ask(o.tool, [f'"builtin.module"() ({{\n"{p.name}"() [^b] : () -> ()\n^b:\n}}) : () -> ()' for p in ops])
    for p, e in zip(ops, said):
        if not (e and 'successors in non-terminator' in e): p.flags += 'T'
    put = lambda texts, batch=400: ask(o.tool, texts, batch)
    for kind in ('operand', 'result'):
        sizes = ', '.join('1' * 97)
        for p, e in zip(ops, put([f'"{p.name}"() <{{{kind}SegmentSizes = array<i32: {sizes}>}}> : () -> ()' for p in ops])):
            m = re.search(r'size mismatch in attribute conversion: 97 vs (\d+)', e or '')
            if m: p.groups[kind + 's'] = p.give[kind + 's'] = int(m[1])
    for p, e in zip(ops, put([f'"{p.name}"() <{{x = 1}}> : () -> ()' for p in ops])):
        if e and 'this operation does not support properties' in e: p.flags += 'X'
    upstream_attributes.discover(put, strings, ops)
    upstream_attributes.classify(put, ops)
    for turn in range(30):
        todo = [p for p in ops if not p.done]
        for p, e in zip(todo, put([p.text() for p in todo])): note(p, e)
        pending = {p.waits[0]: (p, *p.waits[1:]) for p in todo if p.waits and p.waits[0] not in TYPES}
        TYPES.learn(put, pending)
        for p in todo:
            if p.waits and TYPES[p.waits[0]][1] is None: p.done = True
            p.waits = None
    for kind in ('results', 'operands'):
        todo = [p for p in ops if p.groups[kind]]
        for p, e in zip(todo, put([p.text(**{kind: 0}) for p in todo])):
            m = re.search(rf"' op expected (\d+) or more {kind}", e or '')
            if m: p.counts[kind] = m[1] + '+'
    # Where zero was not objected to, one may be.
    for kind in ('regions', 'results', 'operands'):
        todo = [p for p in ops if p.counts[kind] == '']
        for p, e in zip(todo, put([p.text(**{kind: 1}) for p in todo])):
            if e and f'requires zero {kind}' in e: p.counts[kind] = '0'
    # The type of trailing operands, of which there may be any number.
    todo = [p for p in ops if p.counts['operands'].rstrip('+') == str(len(p.types)) != p.counts['operands'] and not p.groups['operands']]
    for p, e in zip(todo, put([p.text(operands=len(p.types) + 1) for p in todo])):
        m = re.match(r"'[^']*' op operand #(\d+) must be (variadic of .*), but got", e or '')
        if m and int(m[1]) == len(p.types): p.types.append(m[2])
    TYPES.learn(put, {p.types[-1]: (p, 'operand', len(p.types) - 1) for p in todo if p.types and p.types[-1] not in TYPES})
    probe_regions(put, [p for p in ops if p.counts['regions'] not in ('', '0')], o.tool)
    # Names that upstream does not know are taken with successors, and object to nothing.
    ops = [p for p in ops if p.flags != 'T' or p.attributes or any(p.counts.values())]
    kinds = {}
    with open(o.out, 'w') as f:
        for p in ops: f.write('\t'.join([p.name, p.flags, *p.counts.values(), p.implicit, p.parents, *p.details(kinds)]).rstrip('\t') + '\n')
        for (description, refused, wrong_class), n in kinds.items(): f.write(f'#{n}\t{refused}\t{wrong_class}\t{description}\n')
        for n, (description, (refused, _)) in enumerate(TYPES.items()): f.write(f'!{n}\t{refused}\t{description}\n')
    print(len(ops), 'operations,', len(kinds), 'kinds of attributes')
    if o.stuck:
        for p in ops: print(p.name, p.stuck) if p.stuck else None


def probe_regions(put, ops, tool):
    """Single blocks, needs of terminators, isolation, and the numbers of blocks that are asked for."""
    two = '{"foo.end"() : () -> ()\n^b1:\n"foo.end"() : () -> ()}'
    for p, e in zip(ops, put([p.text(region=two) for p in ops])):
        if e and 'to have 0 or 1 blocks' in e: p.flags += 'S'
        region_count(p, e)
    for p, e in zip(ops, put([p.text(region='{}') for p in ops])): region_count(p, e)
    # An empty block: an operation with single blocks says so at once, any other when all else is right.
    for p, e in zip(ops, put([p.text(region='{^b0:}') for p in ops])):
        single = 'S' in p.flags
        if (single and not (e and 'expects a non-empty block' in e)) or (not single and not e) or p.name in NO_TERMINATOR: p.flags += 'N'
    # The names of values start anew in what is isolated, which shows where an error quotes the operation.
    for p in ops:
        text = p.text(region='{%w = "foo.w"() : () -> i32\n"foo.end"() : () -> ()}').replace('({', '({%z = "foo.z"() : () -> i32', 1)
        run = subprocess.run([tool, '--allow-unregistered-dialect', '--mlir-print-op-generic', '-'], input=text, capture_output=True, text=True, errors='replace')
        if re.search(r'%0 = "foo.w"', run.stdout + run.stderr): p.flags += 'I'


def region_count(p, e):
    m = re.search(r"' op region #(\d+)(?: \('([^']*)'\))? failed to verify constraint: region with (at least )?(\d+) blocks", e or '')
    if m: p.region_names[int(m[1])] = (m[2] or '', m[4] + '+' * bool(m[3]))


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
    m = re.search(r"' op requires attribute '([^']*)'", e)
    if m and m[1] not in p.required:
        p.asked.add(m[1])
        p.required.append(m[1])
        if m[1] in p.good: return
        p.done = True
        return
    for kind, types in (('operand', p.types), ('result', p.result_types)):
        m = re.match(rf"'[^']*' op {kind} #(\d+) must be (.*), but got", e)
        if m and int(m[1]) >= len(types):
            # Those before it took any type.
            types += [''] * (int(m[1]) - len(types)) + [m[2]]
            p.waits = (m[2], kind, int(m[1]))
            return
    p.stuck = e
    p.done = True


if __name__ == '__main__': sys.exit(main())
