"""What upstream's descriptions of operand and result types allow, found by offering mlir-opt 19 types of many kinds; used by upstream_ops.py.

The letters are those of UpstreamKinds.Of in compiler/NestC.Core/Builtin. A kind is refused when each of its samples is.
"""
import itertools, re

SHAPES = ['2x', '', '?x', '4x4x', '16x', '1x', '2x2x2x', '8x']
INTEGERS, FLOATS = ['i32', 'i64', 'i8', 'i1', 'i16'], ['f32', 'f64', 'f16', 'bf16']


def shaped(name, elements, shapes=SHAPES):
    return [f'{name}<{s}{e}>' for s, e in itertools.product(shapes, elements)]


VECTORS = ['2x', '4x', '16x', '4x4x', '8x', '[4]x', '[16]x', '[8]x', '[2]x', '[4]x[4]x', '[16]x[16]x', '1x', '32x', '64x']
KINDS = {
    'a': ['i1'], 'b': ['i8'], 'c': ['i16'], 'd': ['i32'], 'e': ['i64'], 'f': ['si32'], 'g': ['ui32'], 'h': ['index'], 'i': ['f16'], 'j': ['bf16'], 'k': ['f32'], 'l': ['f64'], 'm': ['none'], 'n': ['() -> ()', '(i32) -> i32'],
    'o': ['complex<f32>', 'complex<f64>'], 'p': ['tuple<>', 'tuple<i32>'], 'q': shaped('tensor', INTEGERS), 'r': shaped('tensor', FLOATS), 's': shaped('tensor', ['index']), 't': shaped('tensor', ['complex<f32>']),
    'u': ['tensor<*xi32>', 'tensor<*xf32>', 'tensor<*xindex>'], 'v': shaped('memref', INTEGERS), 'w': shaped('memref', FLOATS), 'x': shaped('memref', ['index']), 'y': ['memref<*xi32>', 'memref<*xf32>'],
    'z': shaped('vector', INTEGERS, VECTORS), 'A': shaped('vector', FLOATS, VECTORS), 'B': shaped('vector', ['index'], VECTORS), 'C': ['!foo.bar'], 'D': ['!llvm.ptr'], 'E': ['!transform.any_op'], 'F': ['!pdl.operation'], 'G': ['!pdl.type'], 'H': ['!pdl.value'],
    'I': ['!pdl.attribute'], 'J': ['!async.token'], 'K': ['!gpu.async.token'], 'L': ['!shape.shape'], 'M': ['!shape.size'], 'N': ['!transform.any_value'], 'O': ['!transform.param<i64>'], 'P': ['!pdl.range<operation>'], 'Q': ['!pdl.range<type>'], 'R': ['!pdl.range<value>'],
}
FAMILIES = {'tensor': 'qrstu', 'memref': 'vwxy', 'vector': 'zAB'}
RESTRICTED = r'length|shape|size|rank|fits|SME|SVE|scalable|\d-?[dD]\b'
# Only to go on with where nothing else is taken.
OTHERS = ['!llvm.ptr<1>', '!llvm.ptr<3>', '!llvm.ptr<6>', '!llvm.struct<(i32)>', '!async.value<i32>', '!async.group', '!emitc.ptr<i32>', '!emitc.opaque<"x">', '!shape.witness', '!spirv.ptr<i32, Function>', '!nvgpu.device.async.token', '!quant.any<i8:f32>', '!mpi.retval',
          'vector<2x2xf16>', 'tensor<2xi32, #sparse_tensor.encoding<{map = (d0) -> (d0 : compressed)}>>', '!sparse_tensor.storage_specifier<#sparse_tensor.encoding<{map = (d0) -> (d0 : compressed)}>>', '!spirv.array<4xi32>', '!spirv.struct<(i32)>', '!xegpu.tensor_desc<8x16xf16>', '!xegpu.nbarrier',
          '!irdl.attribute', '!gpu.sparse.spmat_handle', '!gpu.sparse.dntensor_handle', '!gpu.mma_matrix<16x16xf16, "AOp">', '!ml_program.token', '!polynomial.polynomial<ring=<coefficientType=i32>>', '!amx.tile<16x16xi32>', '!acc.data_bounds_ty', '!omp.map_bounds_ty', '!emitc.array<2xi32>']


class Learned(dict):
    """Description -> (letters of refused kinds, a type that is taken or None)."""

    def sample(self, description):
        return (self.get(description, (None, None))[1] or 'none') if description else 'none'

    def learn(self, ask, pending):
        """pending: description -> (operation, 'operand' or 'result', number)."""
        samples = [(k, t) for k, types in KINDS.items() for t in types] + [(None, t) for t in OTHERS]
        cases = [(d, k, t) for d in pending for k, t in samples]
        texts = []
        for d, k, t in cases:
            op, kind, number = pending[d]
            texts.append(op.text(replace=(kind, number, t), **({"operands": max(op.give["operands"], number + 1)} if kind == "operand" else {})))
        taken, good = {d: set() for d in pending}, {}
        for (d, k, t), e in zip(cases, ask(texts, 1000)):
            op, kind, number = pending[d]
            if e and f'{kind} #{number} must be {d}, but got' in e: continue
            # Another complaint says nothing of this type, and the type may still be no good to go on with.
            taken[d].add(k)
            if not e or e.startswith(f"'{op.name}' op"): good.setdefault(d, t)
        for d in pending:
            # Of shapes there are more than were offered: what a description says of them is not concluded from samples.
            open_kinds = ''.join(v for k, v in FAMILIES.items() if k in d and re.search(RESTRICTED, d))
            self[d] = (''.join(k for k in KINDS if k not in taken[d] and k not in open_kinds), good.get(d))
