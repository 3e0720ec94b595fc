// RUN: nest-opt %s --allow-unregistered-dialect | FileCheck %s
// RUN: nest-opt %s --allow-unregistered-dialect --mlir-print-local-scope | FileCheck %s --check-prefix=LOCAL

!pair = tuple<i32, f32>
!nested = tuple<!pair, i1>
#swap = affine_map<(d0, d1) -> (d1, d0)>
#list = [1 : i8, #swap]

// Maps are given aliases of the printer's own; other aliases are spelt out.
// CHECK: #[[MAP:.*]] = affine_map<(d0, d1) -> (d1, d0)>
// CHECK: "t.a"() {x = #[[MAP]], y = [1 : i8, #[[MAP]]]} : () -> tuple<tuple<i32, f32>, i1>
// LOCAL-NOT: #map
// LOCAL: "t.a"() {x = affine_map<(d0, d1) -> (d1, d0)>, y = [1 : i8, affine_map<(d0, d1) -> (d1, d0)>]}
"t.a"() {x = #swap, y = #list} : () -> !nested
