"""Seeded modules of builtin, func, arith and cf operations, for comparing passes with mlir-opt 19.

Every module is valid: the control flow of a function is chosen first, and an operation uses values of blocks that dominate its own.
"""
import random
import re

INTS = ['i1', 'i8', 'i16', 'i32', 'i64', 'index', 'i7', 'i128', 'i3']
FLOATS = {'f16': (16, 5), 'bf16': (16, 8), 'f32': (32, 8), 'f64': (64, 11), 'f8E5M2': (8, 5), 'f80': (80, 15), 'f128': (128, 15)}
COMMON_FLOATS = ['f16', 'bf16', 'f32', 'f32', 'f64']
SHAPES = ['vector<4x%s>', 'tensor<2x%s>', 'vector<2x2x%s>', 'tensor<2x1x%s>', 'tensor<?x%s>', 'vector<[4]x%s>', 'tensor<%s>']
BINARY = ['addi', 'subi', 'muli', 'divui', 'divsi', 'ceildivui', 'ceildivsi', 'floordivsi', 'remui', 'remsi', 'andi', 'ori', 'xori',
          'shli', 'shrui', 'shrsi', 'maxsi', 'maxui', 'minsi', 'minui']
BINARY_FLOAT = ['addf', 'subf', 'mulf', 'divf', 'remf', 'maximumf', 'minimumf', 'maxnumf', 'minnumf']
COMPARE = ['eq', 'ne', 'slt', 'sle', 'sgt', 'sge', 'ult', 'ule', 'ugt', 'uge']
COMPARE_FLOAT = ['false', 'oeq', 'ogt', 'oge', 'olt', 'ole', 'one', 'ord', 'ueq', 'ugt', 'uge', 'ult', 'ule', 'une', 'uno', 'true']
FASTMATH = ['fast', 'nnan', 'nsz', 'nnan,ninf', 'reassoc', 'contract,afn,arcp']
ROUNDING = ['to_nearest_even', 'downward', 'upward', 'toward_zero', 'to_nearest_away']


def element(t):
    return re.search(r'[x<]([a-z]\w*)>$', t)[1] if '<' in t else t


def like(t, e):
    """The type t with another element type."""
    return t[:-len(element(t)) - 1] + e + '>' if '<' in t else e


def width(e):
    return 64 if e == 'index' else FLOATS[e][0] if e in FLOATS else int(e[1:])


def has_constants(t):
    return '?' not in t


class Body:
    """The text of one block, and the values that can be used in it."""

    def __init__(self, values):
        self.lines = []
        self.values = list(values)


class Generator:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.next = 0
        self.shaped = self.r.choice([0, 0.1, 0.3])
        self.rare = self.r.choice([0.02, 0.1, 0.3])
        self.floats = self.r.choice([0.1, 0.3, 0.6])
        self.constants = self.r.choice([0.2, 0.4, 0.6])
        self.few = self.r.choice([None, ['i1', 'i32'], ['i8', 'i1'], ['index', 'i32', 'i1'], ['f32', 'i32']])
        self.signatures = []

    def name(self):
        self.next += 1
        return f'%v{self.next}'

    def type(self, floats=None):
        r = self.r
        if floats is None:
            floats = r.random() < self.floats
        if floats:
            e = r.choice(list(FLOATS)) if r.random() < self.rare else r.choice(COMMON_FLOATS)
            few = [t for t in self.few or [] if t in FLOATS]
        else:
            e = r.choice(INTS) if r.random() < self.rare else r.choice(['i32', 'i32', 'i64', 'i1', 'i8', 'index'])
            few = [t for t in self.few or [] if t not in FLOATS]
        if few and r.random() < 0.85:
            e = r.choice(few)
        return r.choice(SHAPES[:2] + SHAPES) % e if r.random() < self.shaped else e

    def literal(self, e):
        r = self.r
        if e in FLOATS:
            bits, exponent = FLOATS[e]
            plain = ['0.000000e+00', '1.000000e+00', '-1.000000e+00', '2.500000e+00', '-0.000000e+00', '3.000000e+00', '5.000000e-01', '1.700000e+01']
            if e in ('f80', 'f128') or r.random() < 0.85:
                return r.choice(plain)
            mantissa = bits - 1 - exponent
            infinity = ((1 << exponent) - 1) << mantissa
            words = [infinity, infinity | 1 << (bits - 1), infinity | 1 << (mantissa - 1), 1, 1 << (bits - 1) | 3, infinity - 1]
            return f'0x{r.choice(words):0{bits // 4}X}'
        w = width(e)
        if w == 1:
            return r.choice(['true', 'false'])
        low, high = -(1 << (w - 1)), (1 << (w - 1)) - 1
        near = r.randint(max(low, -100), min(high, 100))
        return str(r.choice([0, 0, 1, 1, -1, 2, low, high, min(high, 5), near, min(high, w - 1), min(high, 4), r.randint(low, high)]))

    def constant(self, body, t):
        e = element(t)
        v = self.name()
        if '<' in t:
            sizes = [int(n) for n in re.findall(r'(\d+)x', t)]
            if not sizes or '[' in t or self.r.random() < 0.6:
                text = f'dense<{self.literal(e)}>'
            else:
                def nest(s):
                    return '[' + ', '.join(nest(s[1:]) if len(s) > 1 else self.literal(e) for _ in range(s[0])) + ']'
                text = f'dense<{nest(sizes)}>'
            body.lines.append(f'{v} = arith.constant {text} : {t}')
        elif e == 'i1':
            body.lines.append(f'{v} = arith.constant {self.literal(e)}')
        else:
            body.lines.append(f'{v} = arith.constant {self.literal(e)} : {t}')
        body.values.append((v, t))
        return v

    def value(self, body, t, constant=None):
        known = [v for v, u in body.values if u == t]
        if not known and not has_constants(t):
            return self.opaque(body, t)
        if not known or has_constants(t) and self.r.random() < (self.constants if constant is None else constant):
            return self.constant(body, t)
        return self.r.choice(known[-6:] if self.r.random() < 0.7 else known)

    def opaque(self, body, t):
        v = self.name()
        body.lines.append(f'{v} = "any.make"() : () -> {t}')
        body.values.append((v, t))
        return v

    def emit(self, body, text, *types):
        names = [self.name() for _ in types]
        body.lines.append((', '.join(names) + ' = ' if names else '') + text)
        body.values.extend(zip(names, types))

    def operation(self, body):
        r = self.r
        roll = r.random()
        for limit, make in self.TABLE:
            if roll < limit:
                make(self, body)
                break
        if r.random() < 0.06 and body.values:
            v, t = r.choice(body.values)
            self.emit(body, f'"any.use"({v}) : ({t}) -> ()')

    def integer(self, body):
        r = self.r
        t = self.type(False)
        op = r.choice(BINARY) if r.random() < 0.6 else r.choice(['addi', 'subi', 'muli', 'andi', 'ori', 'xori'])
        a = self.value(body, t)
        b = self.value(body, t) if r.random() < 0.85 else a
        flags = ''
        if op in ('addi', 'subi', 'muli', 'shli') and r.random() < 0.15:
            flags = ' overflow<' + r.choice(['nsw', 'nuw', 'nsw, nuw']) + '>'
        self.emit(body, f'arith.{op} {a}, {b}{flags} : {t}', t)

    def fastmath(self, chance=0.2):
        return f' fastmath<{self.r.choice(FASTMATH)}>' if self.r.random() < chance else ''

    def floating(self, body):
        t = self.type(True)
        if self.r.random() < 0.15:
            self.emit(body, f'arith.negf {self.value(body, t)}{self.fastmath()} : {t}', t)
            return
        a, b = self.value(body, t), self.value(body, t)
        self.emit(body, f'arith.{self.r.choice(BINARY_FLOAT)} {a}, {b}{self.fastmath()} : {t}', t)

    def compare(self, body):
        r = self.r
        t = self.type()
        if element(t) in FLOATS:
            op = 'cmpf ' + r.choice(COMPARE_FLOAT)
        else:
            op = 'cmpi ' + r.choice(COMPARE)
        a = self.value(body, t)
        b = self.value(body, t) if r.random() < 0.85 else a
        self.emit(body, f'arith.{op}, {a}, {b}{self.fastmath(0.1) if "cmpf" in op else ""} : {t}', like(t, 'i1'))

    def select(self, body):
        t = self.type()
        c = like(t, 'i1') if self.r.random() < 0.4 else 'i1'
        p, a, b = self.value(body, c, 0.15), self.value(body, t), self.value(body, t)
        self.emit(body, f'arith.select {p}, {a}, {b} : ' + (f'{c}, {t}' if c != 'i1' else t), t)

    def cast(self, body):
        """A chain of up to three casts of integers."""
        r = self.r
        t = self.type(False)
        for _ in range(r.randint(1, 3)):
            e = element(t)
            if e == 'index':
                op, to = r.choice(['index_cast', 'index_castui']), r.choice(['i32', 'i64', 'i8'])
            elif r.random() < 0.1:
                op, to = r.choice(['index_cast', 'index_castui']), 'index'
            else:
                pick = r.random()
                wider = [w for w in (8, 16, 32, 64, 128, 7) if w > width(e)]
                narrower = [w for w in (1, 7, 8, 16, 32, 64) if w < width(e)]
                if pick < 0.5 and wider:
                    op, to = r.choice(['extsi', 'extui']), f'i{r.choice(wider)}'
                elif pick < 0.85 and narrower:
                    op, to = 'trunci', f'i{r.choice(narrower)}'
                elif pick < 0.92:
                    op, to = 'bitcast', {16: 'f16', 32: 'f32', 64: 'f64'}.get(width(e), e)
                else:
                    op, to = r.choice(['sitofp', 'uitofp']), r.choice(COMMON_FLOATS)
            u = like(t, to)
            if t.startswith('tensor<') and '<' in t and '?' in t and op == 'bitcast':
                return
            self.emit(body, f'arith.{op} {self.value(body, t, 0.15)} : {t} to {u}', u)
            if to in FLOATS:
                return
            t = u

    def cast_float(self, body):
        r = self.r
        t = self.type(True)
        e = element(t)
        pick = r.random()
        wider = [f for f in FLOATS if width(f) > width(e)]
        narrower = [f for f in FLOATS if width(f) < width(e)]
        flags = ''
        if pick < 0.35:
            op, to = r.choice(['fptosi', 'fptoui']), r.choice(['i8', 'i32', 'i64', 'i1', 'i128'])
        elif pick < 0.6 and wider:
            op, to = 'extf', r.choice(wider)
        elif pick < 0.9 and narrower:
            op, to = 'truncf', r.choice(narrower)
            if r.random() < 0.15:
                flags = ' ' + r.choice(ROUNDING)
        else:
            op, to = 'bitcast', f'i{width(e)}'
        self.emit(body, f'arith.{op} {self.value(body, t, 0.3)}{flags} : {t} to {like(t, to)}', like(t, to))

    def extended(self, body):
        t = self.type(False)
        op = self.r.choice(['addui_extended', 'mulsi_extended', 'mului_extended'])
        if element(t) == 'index' and op != 'addui_extended' and self.r.random() < 0.5:
            return
        a, b = self.value(body, t), self.value(body, t)
        if op == 'addui_extended':
            u = like(t, 'i1')
            self.emit(body, f'arith.{op} {a}, {b} : {t}, {u}', t, u)
        else:
            self.emit(body, f'arith.{op} {a}, {b} : {t}', t, t)

    def call(self, body):
        r = self.r
        if not self.signatures:
            return
        name, params, results = r.choice(self.signatures)
        kind = f'({", ".join(params)}) -> ' + (results[0] if len(results) == 1 else '(' + ', '.join(results) + ')')
        args = [self.value(body, p) for p in params]
        if r.random() < 0.12:
            f = self.name()
            body.lines.append(f'{f} = func.constant @{name} : {kind}')
            if r.random() < 0.3:
                body.lines.append(f'"any.use"({f}) : ({kind}) -> ()')
            self.results(body, f'func.call_indirect {f}({", ".join(args)}) : {kind}', results)
        else:
            self.results(body, f'func.call @{name}({", ".join(args)}) : {kind}', results)

    def results(self, body, text, types):
        if len(types) > 1:
            v = self.name()
            body.lines.append(f'{v}:{len(types)} = {text}')
            body.values.extend((f'{v}#{i}', t) for i, t in enumerate(types))
        else:
            self.emit(body, text, *types)

    def effect(self, body):
        r = self.r
        pick = r.random()
        if pick < 0.3:
            t = self.type()
            self.results(body, f'"any.twice"({self.value(body, t)}) {{note = {r.randint(0, 3)} : i32}} : ({t}) -> ({t}, i1)', [t, 'i1'])
        elif pick < 0.5:
            self.emit(body, f'cf.assert {self.value(body, "i1", 0.4)}, "holds {r.randint(0, 9)}"')
        elif pick < 0.7 and self.signatures:
            self.emit(body, f'"any.refer"() {{to = @{r.choice(self.signatures)[0]}}} : () -> ()')
        elif pick < 0.85:
            t = self.type()
            self.emit(body, f'builtin.unrealized_conversion_cast {self.value(body, t)} : {t} to {t}', t)
        else:
            # A region of an operation that nobody knows, which may be a symbol table: nothing of the module can be called from there.
            t = self.type()
            inner = Body(body.values)
            signatures, self.signatures = self.signatures, []
            for _ in range(r.randint(1, 4)):
                self.operation(inner)
            self.signatures = signatures
            v = self.value(inner, t)
            inner.lines.append(f'"any.yield"({v}) : ({t}) -> ()')
            name = self.name()
            body.lines.append(f'{name} = "any.region"() ({{')
            body.lines.extend('  ' + line for line in inner.lines)
            body.lines.append(f'}}) : () -> {t}')
            body.values.append((name, t))

    TABLE = [(0.36, integer), (0.46, floating), (0.58, compare), (0.69, select), (0.80, cast), (0.87, cast_float), (0.91, extended),
             (0.96, call), (1.01, effect)]

    def function(self, name, params, results, visibility, indent=''):
        r = self.r
        count = r.choice([1, 1, 1, 2, 3, 4, 6, 9])
        args = [(f'%a{i}', t) for i, t in enumerate(params)]
        block_args = [[]] + [[(f'%b{k}_{i}', self.type()) for i in range(r.choice([0, 0, 1, 2, 3]))] for k in range(1, count)]
        successors = []
        for k in range(count):
            if count == 1 or k == count - 1 or r.random() < 0.1:
                successors.append([])
                continue

            def target():
                return r.randint(1, count - 1) if r.random() < 0.25 else r.randint(k + 1, min(k + 3, count - 1))
            successors.append([target() for _ in range(r.choice([1, 1, 2, 2, 2, 3, 4]))])
        dominators = immediate_dominators(successors)
        bodies = [None] * count
        for k in sorted(range(count), key=lambda b: depth(dominators, b)):
            above = bodies[dominators[k]].values if k and dominators[k] is not None else args if k == 0 else args + bodies[0].values
            body = bodies[k] = Body(list(above) + block_args[k])
            for _ in range(r.randint(0, 8) if count > 1 else r.randint(4, 24)):
                self.operation(body)

        def edge(body, to, plain=False):
            values = [(self.value(body, t), t) for _, t in block_args[to]]
            if plain:
                # The syntax of cf.switch has no room for one of several results.
                values = [(self.opaque(body, t) if '#' in v else v, t) for v, t in values]
            return f'^bb{to}' + (f'({", ".join(v for v, _ in values)} : {", ".join(t for _, t in values)})' if values else '')

        text = [f'func.func {visibility}@{name}({", ".join(f"{v}: {t}" for v, t in args)})'
                + (f' -> ({", ".join(results)})' if results else '') + ' {']
        for k, body in enumerate(bodies):
            to = successors[k]
            if not to:
                values = [self.value(body, t) for t in results]
                body.lines.append('return' + (f' {", ".join(values)} : {", ".join(results)}' if results else ''))
            elif len(to) == 1:
                body.lines.append(f'cf.br {edge(body, to[0])}')
            elif len(to) == 2 and r.random() < 0.85:
                condition = self.value(body, 'i1', 0.3)
                body.lines.append(f'cf.cond_br {condition}, {edge(body, to[0])}, {edge(body, to[1])}')
            else:
                t = r.choice(['i32', 'i32', 'i8', 'i64', 'i16'])
                flag = self.value(body, t, 0.3)
                cases = r.sample(range(-3, 6), len(to) - 1)
                body.lines.append(f'cf.switch {flag} : {t}, [\n  default: {edge(body, to[0], True)}'
                                  + ''.join(f',\n  {c}: {edge(body, s, True)}' for c, s in zip(cases, to[1:])) + '\n]')
            if k:
                names = block_args[k]
                text.append(f'^bb{k}' + (f'({", ".join(f"{v}: {t}" for v, t in names)})' if names else '') + ':')
            text.extend('  ' + line for line in body.lines)
        text.append('}')
        return [indent + line for line in text]

    def scope(self, indent, prefix):
        """Functions of one symbol table, and perhaps a module within."""
        r = self.r
        count = r.randint(1, 5)
        signatures = []
        for i in range(count):
            params = [self.type() for _ in range(r.randint(0, 3))] + (['i1'] if r.random() < 0.7 else [])
            results = [r.choice(params) if params and r.random() < 0.6 else self.type() for _ in range(r.choice([0, 1, 1, 1, 2, 3]))]
            signatures.append((f'{prefix}{i}', params, results))
        lines = []
        for i, (name, params, results) in enumerate(signatures):
            visibility = r.choice(['', 'private ', 'private ', 'nested ' if r.random() < 0.3 else '']) if i else r.choice(['', '', 'private '])
            # Calls go to functions before this one, and at times to itself or to any other.
            pick = r.random()
            self.signatures = signatures[:i] if pick < 0.7 else signatures[:i + 1] if pick < 0.85 else signatures
            if i and r.random() < 0.08:
                kind = f'({", ".join(params)})' + (f' -> ({", ".join(results)})' if results else '')
                lines.append(f'{indent}func.func private @{name}{kind}')
            else:
                lines.extend(self.function(name, params, results, visibility, indent))
        if not indent and r.random() < 0.2:
            head = r.choice(['', '@m ', '@m attributes {sym_visibility = "private"} '])
            lines.append(f'module {head}{{')
            lines.extend(self.scope('  ', 'g'))
            lines.append('}')
            if r.random() < 0.5 and any('module @m' in line for line in lines):
                lines.append('"any.refer"() {to = @m::@g0} : () -> ()')
        if r.random() < 0.1:
            # A module is a graph region: its operations stand in any order.
            lines.append(f'{indent}%x{prefix} = "any.later"(%y{prefix}) : (i32) -> i32')
            lines.append(f'{indent}%y{prefix} = "any.first"() : () -> i32')
            lines.append(f'{indent}%z{prefix}:2 = "any.both"(%x{prefix}, %y{prefix}) : (i32, i32) -> (i1, i32)')
        return lines


def immediate_dominators(successors):
    """The immediate dominator of each block, by its number; None for the entry and for blocks that cannot be reached."""
    count = len(successors)
    sets = [None] * count
    sets[0] = {0}
    changed = True
    while changed:
        changed = False
        for k in range(count):
            if sets[k] is None:
                continue
            for to in successors[k]:
                new = (sets[to] & sets[k] if sets[to] is not None else set(sets[k])) | {to}
                if new != sets[to]:
                    sets[to] = new
                    changed = True
    result = []
    for k in range(count):
        above = [d for d in sets[k] or () if d != k]
        result.append(max(above, key=lambda d: len(sets[d])) if above else None)
    return result


def depth(dominators, block):
    steps = 0
    while dominators[block] is not None:
        block = dominators[block]
        steps += 1
    return (steps, block != 0)


def module(seed):
    """The text of the module of a seed."""
    return '\n'.join(Generator(seed).scope('', 'f')) + '\n'
