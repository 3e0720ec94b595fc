// RUN: nest-opt --allow-unregistered-dialect %s | FileCheck %s
// RUN: nest-opt --allow-unregistered-dialect --mlir-print-op-generic %s | FileCheck %s --check-prefix=GENERIC
// RUN: nest-opt --allow-unregistered-dialect --mlir-print-op-generic %s | nest-opt --allow-unregistered-dialect | FileCheck %s

// CHECK:      module {
// CHECK-NEXT:   func.func @branches(%arg0: i1, %arg1: i32) {
// CHECK-NEXT:     cf.assert %arg0, "message"
// CHECK-NEXT:     cf.cond_br %arg0, ^bb1(%arg1 : i32), ^bb2 {tag}
// CHECK-NEXT:   ^bb1(%0: i32):  // 2 preds: ^bb0, ^bb1
// CHECK-NEXT:     cf.switch %0 : i32, [
// CHECK-NEXT:       default: ^bb2,
// CHECK-NEXT:       42: ^bb1(%arg1 : i32),
// CHECK-NEXT:       4294967253: ^bb3(%0, %arg1 : i32, i32)
// CHECK-NEXT:     ]
// CHECK-NEXT:   ^bb2:  // 2 preds: ^bb0, ^bb1
// CHECK-NEXT:     cf.br ^bb3(%arg1, %arg1 : i32, i32)
// CHECK-NEXT:   ^bb3(%1: i32, %2: i32):  // 2 preds: ^bb1, ^bb2
// CHECK-NEXT:     return
// CHECK-NEXT:   }
// CHECK-NEXT:   func.func @default_only(%arg0: i8) {
// CHECK-NEXT:     cf.switch %arg0 : i8, [
// CHECK-NEXT:       default: ^bb1]
// CHECK-NEXT:   ^bb1:  // pred: ^bb0
// CHECK-NEXT:     return
// CHECK-NEXT:   }
// CHECK-NEXT: }

// GENERIC:      "builtin.module"() ({
// GENERIC-NEXT:   "func.func"() <{function_type = (i1, i32) -> (), sym_name = "branches"}> ({
// GENERIC-NEXT:   ^bb0(%arg1: i1, %arg2: i32):
// GENERIC-NEXT:     "cf.assert"(%arg1) <{msg = "message"}> : (i1) -> ()
// GENERIC-NEXT:     "cf.cond_br"(%arg1, %arg2)[^bb1, ^bb2] <{operandSegmentSizes = array<i32: 1, 1, 0>}> {tag} : (i1, i32) -> ()
// GENERIC-NEXT:   ^bb1(%0: i32):  // 2 preds: ^bb0, ^bb1
// GENERIC-NEXT:     "cf.switch"(%0, %arg2, %0, %arg2)[^bb2, ^bb1, ^bb3] <{case_operand_segments = array<i32: 1, 2>, case_values = dense<[42, -43]> : vector<2xi32>, operandSegmentSizes = array<i32: 1, 0, 3>}> : (i32, i32, i32, i32) -> ()
// GENERIC-NEXT:   ^bb2:  // 2 preds: ^bb0, ^bb1
// GENERIC-NEXT:     "cf.br"(%arg2, %arg2)[^bb3] : (i32, i32) -> ()
// GENERIC-NEXT:   ^bb3(%1: i32, %2: i32):  // 2 preds: ^bb1, ^bb2
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT:   "func.func"() <{function_type = (i8) -> (), sym_name = "default_only"}> ({
// GENERIC-NEXT:   ^bb0(%arg0: i8):
// GENERIC-NEXT:     "cf.switch"(%arg0)[^bb1] <{case_operand_segments = array<i32>, operandSegmentSizes = array<i32: 1, 0, 0>}> : (i8) -> ()
// GENERIC-NEXT:   ^bb1:  // pred: ^bb0
// GENERIC-NEXT:     "func.return"() : () -> ()
// GENERIC-NEXT:   }) : () -> ()
// GENERIC-NEXT: }) : () -> ()

func.func @branches(%c: i1, %x: i32) {
  cf.assert %c, "message"
  cf.cond_br %c, ^bb1(%x : i32), ^bb2 {tag}
^bb1(%a: i32):
  cf.switch %a : i32, [
    default: ^bb2,
    42: ^bb1(%x : i32),
    -43: ^bb3(%a, %x : i32, i32)
  ]
^bb2:
  cf.br ^bb3(%x, %x : i32, i32)
^bb3(%p: i32, %q: i32):
  return
}
func.func @default_only(%x: i8) {
  cf.switch %x : i8, [
    default: ^bb1
  ]
^bb1:
  return
}
