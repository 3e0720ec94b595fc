// RUN: nest-opt %s --allow-unregistered-dialect | FileCheck %s
// RUN: nest-opt %s --allow-unregistered-dialect --mlir-print-op-generic | nest-opt --allow-unregistered-dialect | FileCheck %s
// RUN: nest-opt %s --allow-unregistered-dialect --verify-roundtrip | FileCheck %s

// CHECK-LABEL: "t.scalars"() : () -> (i1, si8, ui64, i16777215, index, none)
"t.scalars"() : () -> (i1, si8, ui64, i16777215, index, none)
// CHECK: "t.floats"() : () -> (f8E5M2, f8E4M3, f8E4M3FN, f8E5M2FNUZ, f8E4M3FNUZ, f8E4M3B11FNUZ, bf16, f16, tf32, f32, f64, f80, f128)
"t.floats"() : () -> (f8E5M2, f8E4M3, f8E4M3FN, f8E5M2FNUZ, f8E4M3FNUZ, f8E4M3B11FNUZ, bf16, f16, tf32, f32, f64, f80, f128)
// CHECK: "t.composite"() : () -> (complex<f32>, tuple<i1, tuple<>>)
"t.composite"() : () -> (complex<f32>, tuple<i1,tuple< >>)
// CHECK: "t.functions"() : () -> (() -> (), (i1) -> i2, (i1, i2) -> (i3, i4))
"t.functions"() : () -> (() -> (), (i1) -> (i2), (i1, i2) -> (i3, i4))
// CHECK: "t.vectors"() : () -> (vector<4xf32>, vector<[4]x2xi1>, vector<f32>)
"t.vectors"() : () -> (vector<4xf32>, vector<[4]x2xi1>, vector<f32>)
// CHECK: "t.tensors"() : () -> (tensor<f32>, tensor<?x0x4xf32>, tensor<*xi8>, tensor<2xi1, "csr">)
"t.tensors"() : () -> (tensor<f32>, tensor<?x0x4xf32>, tensor<*xi8>, tensor<2xi1, "csr">)
// An identity layout is left out.
// CHECK: "t.memrefs"() : () -> (memref<2x?xf32>, memref<2x3xf32, strided<[?, 1], offset: 4>>, memref<*xf32, 3>, memref<4xi8, "fast">)
"t.memrefs"() : () -> (memref<2x?xf32, affine_map<(d0, d1) -> (d0, d1)>>, memref<2x3xf32, strided<[?, 1], offset: 4>>, memref<*xf32, 3>, memref<4xi8, "fast">)
// CHECK: "t.dialect"() : () -> (!t.a, !t.b<[1, "<"], (x)>)
"t.dialect"() : () -> (!t.a, !t.b<[1, "<"], (x)>)
