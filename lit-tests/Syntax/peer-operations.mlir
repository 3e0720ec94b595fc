// RUN: nest-opt %s --allow-unregistered-dialect | FileCheck %s
// RUN: nest-opt %s --allow-unregistered-dialect --mlir-print-op-generic | nest-opt --allow-unregistered-dialect | FileCheck %s
// RUN: nest-opt %s --allow-unregistered-dialect --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC

// Cases are read as they are printed, as unsigned numbers of 64 bits; a narrower flag takes the low bits.
// CHECK-LABEL: func.func @case_values
// CHECK:         cf.switch %arg0 : i64, [
// CHECK-NEXT:      default: ^bb1(%arg2 : i32),
// CHECK-NEXT:      18446744073709551615: ^bb1(%0#1 : i32)
// CHECK:         cf.switch %arg1 : i8, [
// CHECK-NEXT:      default: ^bb2,
// CHECK-NEXT:      44: ^bb2
// GENERIC:       case_values = dense<-1> : vector<1xi64>
// GENERIC:       case_values = dense<44> : vector<1xi8>
func.func @case_values(%a: i64, %b: i8, %c: i32) {
  %x:2 = "two"() : () -> (i32, i32)
  cf.switch %a : i64, [
    default: ^bb1(%c : i32),
    18446744073709551615: ^bb1(%x#1 : i32)
  ]
^bb1(%y: i32):
  cf.switch %b : i8, [
    default: ^bb2,
    300: ^bb2
  ]
^bb2:
  return
}

// CHECK-LABEL: func.func @select_unranked
// CHECK-NEXT:    arith.select %arg0, %arg1, %arg1 : tensor<*xi1>, tensor<*xf32>
func.func @select_unranked(%c: tensor<*xi1>, %x: tensor<*xf32>) {
  %0 = arith.select %c, %x, %x : tensor<*xi1>, tensor<*xf32>
  return
}

// An operation of a dialect that upstream has, and that is not defined here, is no unknown symbol table.
// CHECK-LABEL: func.func @call_in_region
// CHECK:           func.call @callee(%arg0)
func.func @call_in_region(%x: i32) {
  "scf.execute_region"() ({
    %0 = func.call @callee(%x) : (i32) -> f32
    "scf.yield"() : () -> ()
  }) : () -> ()
  return
}

func.func private @callee(i32) -> f32
