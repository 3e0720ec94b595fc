// RUN: nest-opt %s --allow-unregistered-dialect --mlir-print-local-scope | FileCheck %s
// RUN: nest-opt %s --allow-unregistered-dialect | nest-opt --allow-unregistered-dialect --mlir-print-local-scope | FileCheck %s

// Constants are folded and terms ordered as they are read.
// CHECK: "t.simple"() {m = affine_map<(d0)[s0] -> (d0 + s0 + 3)>}
"t.simple"() {m = affine_map<(d0)[s0] -> (1 + d0 + 2 + s0)>} : () -> ()
// CHECK: "t.divisions"() {m = affine_map<(d0) -> (d0 floordiv 2, d0 ceildiv 3, d0 mod 4)>}
"t.divisions"() {m = affine_map<(d0) -> (d0 floordiv 2, d0 ceildiv 3, d0 mod 4)>} : () -> ()
// CHECK: "t.zero"() {m = affine_map<(d0) -> (0)>}
"t.zero"() {m = affine_map<(d0) -> (d0 - d0)>} : () -> ()
// CHECK: "t.empty"() {m = affine_map<() -> ()>}
"t.empty"() {m = affine_map<() -> ()>} : () -> ()
// CHECK: "t.set"() {s = affine_set<(d0)[s0] : (d0 >= 0, -d0 + s0 - 1 >= 0, d0 mod 2 == 0)>}
"t.set"() {s = affine_set<(d0)[s0] : (d0 >= 0, s0 - 1 >= d0, d0 mod 2 == 0)>} : () -> ()
