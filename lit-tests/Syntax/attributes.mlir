// RUN: nest-opt %s --allow-unregistered-dialect | FileCheck %s
// RUN: nest-opt %s --allow-unregistered-dialect --verify-roundtrip | FileCheck %s

// CHECK: #[[DISTINCT:.*]] = distinct[0]<"x">
// CHECK: "t.numbers"() {a = 1 : i64, b = -1 : i8, c = 255 : ui8, d = true, e = 1.500000e+00 : f64, f = 0x7F800000 : f32, g = 7 : index}
"t.numbers"() {a = 1, b = 255 : i8, c = 0xFF : ui8, d = 1 : i1, e = 1.5, f = 0x7F800000 : f32, g = 7 : index} : () -> ()
// CHECK: "t.strings"() {a = "q\22 \\ \0A\00\C3\A9", "b c" = "typed" : !t.s, d}
"t.strings"() {"b c" = "typed" : !t.s, a = "q\" \\ \n\00é", d} : () -> ()
// CHECK: "t.nested"() {a = [1, [], {x = i32}], b = @f::@"odd name"::@g, c = (i1) -> ()}
"t.nested"() {a = [1, [], {x = i32}], b = @f::@"odd name"::@"g", c = (i1) -> ()} : () -> ()
// CHECK: "t.arrays"() {a = array<i32: 1, -2>, b = array<i1: true, false>, c = array<f32: 1.000000e+00>, d = array<i64>}
"t.arrays"() {a = array<i32: 1, -2>, b = array<i1: true, false>, c = array<f32: 1.0>, d = array<i64>} : () -> ()
// CHECK: "t.dense"() {a = dense<1> : tensor<2x2xi32>, b = dense<{{\[\[}}1, 2], [3, 4]]> : tensor<2x2xi8>, c = dense<(1.000000e+00,2.000000e+00)> : tensor<complex<f32>>, d = dense<["x", "y"]> : tensor<2x!t.s>, e = dense<> : tensor<0xi1>, f = dense<[1, 2]> : tensor<2xi8>}
"t.dense"() {a = dense<[[1, 1], [1, 1]]> : tensor<2x2xi32>, b = dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>, c = dense<(1.0, 2.0)> : tensor<complex<f32>>, d = dense<["x", "y"]> : tensor<2x!t.s>, e = dense<> : tensor<0xi1>, f = dense<"0x0102"> : tensor<2xi8>} : () -> ()
// CHECK: "t.others"() {a = sparse<{{\[\[}}0, 1]], 5> : tensor<2x2xi32>, b = strided<[1, ?], offset: ?>, c = #t.a<[1, "x"]>, d = #t.b, e, f = #[[DISTINCT]]}
"t.others"() {a = sparse<[[0, 1]], [5]> : tensor<2x2xi32>, b = strided<[1, ?], offset: ?>, c = #t.a<[1, "x"]>, d = #t.b, e = unit, f = distinct[7]<"x">} : () -> ()
// CHECK: "t.properties"() <{a = 1 : i32}> {b = 2 : i32} : () -> ()
"t.properties"() <{a = 1 : i32}> {b = 2 : i32} : () -> ()

// CHECK: "bits"() {a = dense<(true,false)> : tensor<complex<ui1>>, b = array<i1: true, false, true>, c = array<index>} : () -> ()
"bits"() {a = dense<(1, 0)> : tensor<complex<ui1>>, b = array<i1: true, 0, 1>, c = array<index>} : () -> ()
