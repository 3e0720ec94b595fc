"""What upstream's operations ask of their inherent attributes, found by asking mlir-opt 19; used by upstream_ops.py.

Each attribute is offered values of many kinds: among the discardable attributes, where mlir-opt checks the constraint of the
definition, and as a property, where it checks the class. What is refused is noted as letters, one for each kind of value.
The letters are those of UpstreamAttributes.KindOf in compiler/NestC.Core/Builtin.
"""
import re

KINDS = {
    'a': ['true'], 'b': ['1 : i8'], 'c': ['1 : i16', '8 : i16'], 'd': ['1 : i32', '8 : i32'], 'e': ['1 : i64', '8 : i64'], 'f': ['1 : index'], 'g': ['1 : si32'], 'h': ['1 : ui32'],
    'i': ['-1 : i16'], 'j': ['-1 : i32'], 'k': ['-1 : i64'], 'l': ['-1 : index'], 'm': ['0 : i16'], 'n': ['0 : i32'], 'o': ['0 : i64'], 'p': ['0 : index'],
    'q': ['1.0 : f16'], 'r': ['1.0 : f32'], 's': ['1.0 : f64'], 't': ['"x"'], 'u': ['i32'], 'v': ['f32'], 'w': ['index'], 'x': ['() -> ()', '(i32) -> i32'],
    'y': ['memref<2xi32>', 'memref<2xf32>', 'memref<f32>'], 'z': ['tensor<2xi32>', 'tensor<2xf32>'], 'A': ['vector<2xi32>', 'vector<2xf32>'], 'B': ['@x'], 'C': ['@x::@y'], 'D': ['[]'],
    'E': ['[1]', '[1, 2]', '[0, 1, 2]', '[1, 2, 1, 2]', '[2, 2, 2, 2, 2, 2]'], 'F': ['[1 : i32]', '[1 : i32, 2 : i32]', '[1 : i32, 2 : i32, 3 : i32]'], 'G': ['["x"]', '["x", "y"]', '["x", "y", "z"]'],
    'H': ['[i32]', '[i32, f32]'], 'I': ['[@x]', '[@x, @y]'], 'J': ['[affine_map<(d0) -> (d0)>]', '[affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>]'], 'K': ['[unit]', '[unit, unit]'],
    'L': ['[true]', '[true, false]'], 'M': ['[{}]', '[{}, {}]', '[{x = 1}]'], 'N': ['[[]]', '[[], []]', '[[1]]', '[[0, 1], [2]]'], 'O': ['[1.0 : f32]', '[1.0 : f32, 2.0 : f32]'], 'P': ['{}', '{x = 1}'], 'Q': ['unit'],
    'R': ['affine_map<(d0) -> (d0)>', 'affine_map<() -> (0)>'], 'S': ['affine_set<(d0) : (d0 >= 0)>', 'affine_set<() : (1 == 0)>'],
    'T': ['dense<1> : tensor<2xi64>', 'dense<1> : tensor<1xi64>', 'dense<1> : tensor<2x2xi64>', 'dense<1> : tensor<3xi64>', 'dense<0> : tensor<2xi64>'],
    'U': ['dense<1> : tensor<2xi32>', 'dense<1> : tensor<1xi32>', 'dense<1> : tensor<3xi32>', 'dense<0> : tensor<2xi32>'], 'V': ['dense<1.0> : tensor<2xf32>', 'dense<1.0> : tensor<1xf32>'],
    'W': ['dense<1> : vector<2xi32>', 'dense<1> : vector<1xi32>'], 'X': ['array<i32: 1>', 'array<i32: 0, 1>', 'array<i32: 0, 1, 2>', 'array<i32: 1, 1, 1, 1>'],
    'Y': ['array<i64: 1>', 'array<i64: 0, 1>', 'array<i64: 0, 1, 2>', 'array<i64: 1, 1, 1, 1>', 'array<i64: 1, 1, 1, 1, 1, 1>'], 'Z': ['array<i1: true>', 'array<i1: true, false>'], '0': ['array<i8: 1>', 'array<i8: 1, 2>'],
    '1': ['array<f32: 1.0>', 'array<f32: 1.0, 2.0>'], '2': ['array<i32>'], '3': ['array<i64>'], '4': ['strided<[1]>', 'strided<[1], offset: 2>'], '5': ['loc(unknown)'], '6': ['#foo.bar'], '7': ['distinct[0]<unit>'],
    '8': ['dense<1> : tensor<2xi8>', 'dense<1> : tensor<2xi1>', 'dense<1> : tensor<2xindex>'],
}


def discover(ask, binary, ops):
    """Sets p.attributes of each operation: its inherent attributes in the order of their definition."""
    words = {m.decode() for m in re.findall(rb'\0([a-zA-Z_][a-zA-Z0-9_]{0,40})(?=\0)', binary)}
    words = {w for w in words if not re.match(r'_?_Z|_?N\d|St\d|_GLOBAL|Lj|llvm', w)} | set('abcdefghijklmnopqrstuvwxyz')
    # Strings that end like others are stored within those: names that operations asked for come from elsewhere.
    for p in ops: p.attributes = {}
    todo = list(ops)
    while todo:
        todo = [p for p in todo if not p.broken]
        texts = []
        for p in todo:
            names = sorted(words | p.asked)
            texts.append('#d = distinct[0]<unit>\n"' + p.name + '"() {' + ', '.join(f'{n} = #d' for n in names if n not in p.attributes) + '} : () -> ()')
        left = []
        for p, e in zip(todo, ask(texts, 40)):
            if e == 'crash': p.broken = True
            m = re.match(r"'[^']*' op attribute '([^']*)' failed to satisfy constraint: (.*)$", e or '')
            if m and m[1] not in p.attributes:
                p.attributes[m[1]] = m[2]
                left.append(p)
        todo = left


def classify(ask, ops):
    """Sets p.refused: for each attribute the letters that its constraint refuses, and those that its class refuses."""
    cases = [(p, n, k, v) for p in ops for n in p.attributes for k, values in KINDS.items() for v in values]
    taken = set()
    for (p, n, k, v), e in zip(cases, ask([f'"{p.name}"() {{{n} = {v}}} : () -> ()' for p, n, k, v in cases], 2000)):
        if not e or f"attribute '{n}' failed to satisfy constraint" not in e: taken.add((p, n, k))
        if not e or f"attribute '{n}' failed to satisfy constraint" not in e: p.good.setdefault(n, v)
    unfit_cases = [(p, n, k) for p in ops for n in p.attributes for k in KINDS if (p, n, k) not in taken]
    wrong_class = set()
    for (p, n, k), e in zip(unfit_cases, ask([f'"{p.name}"() <{{{n} = {KINDS[k][0]}}}> : () -> ()' for p, n, k in unfit_cases], 2000)):
        if e and f'Invalid attribute `{n}` in property conversion' in e: wrong_class.add((p, n, k))
    # A string of the right class may be one of a list, which one sample cannot tell.
    for p in ops:
        p.refused = {n: (''.join(k for k in KINDS if (p, n, k) not in taken and (k != 't' or (p, n, k) in wrong_class)),
                         ''.join(k for k in KINDS if (p, n, k) in wrong_class)) for n in p.attributes}
