// RUN: nest-opt %s --allow-unregistered-dialect | FileCheck %s

// Blocks are numbered in order, values after those that they stand behind; names are not kept.
// CHECK: "t.r"() ({
// CHECK-NEXT: %[[A:.*]]:2 = "t.two"() : () -> (i32, i32)
// CHECK-NEXT: "t.br"(%[[A]]#1)[^bb2, ^bb1] : (i32) -> ()
// CHECK-NEXT: ^bb1(%[[X:.*]]: i32):{{ *}}// pred: ^bb0
// CHECK-NEXT: "t.use"(%[[X]]) : (i32) -> ()
// CHECK-NEXT: "t.br"()[^bb2] : () -> ()
// CHECK-NEXT: ^bb2: // 2 preds: ^bb0, ^bb1
// CHECK-NEXT: %{{.*}} = "t.def"() : () -> f32
// CHECK-NEXT: "t.end"() : () -> ()
// CHECK-NEXT: }, {
// CHECK-NEXT: }) : () -> ()
"t.r"() ({
  %a:2 = "t.two"() : () -> (i32, i32)
  "t.br"(%a#1)[^last, ^first] : (i32) -> ()
^first(%x: i32):
  "t.use"(%x) {} : (i32) -> ()
  "t.br"()[^last] : () -> ()
^last:
  %late = "t.def"() : () -> f32
  "t.end"() : () -> ()
}, {
}) : () -> ()

// In a graph region a value may stand before its definition.
// CHECK: "t.use"(%[[LATE:.*]]) : (f32) -> ()
// CHECK-NEXT: %[[LATE]] = "t.def"() : () -> f32
"t.use"(%late) : (f32) -> ()
%late = "t.def"() : () -> f32
