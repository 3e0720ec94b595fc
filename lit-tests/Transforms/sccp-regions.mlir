// RUN: nest-opt %s --sccp --split-input-file | FileCheck %s

// Both arms hand back the same constant.
// CHECK-LABEL: func.func @if
// CHECK:         %[[ONE:.*]] = arith.constant 1 : i32
// CHECK:         return %[[ONE]]
func.func @if(%c: i1) -> i32 {
  %one = arith.constant 1 : i32
  %0 = loop.if %c -> (i32) {
    loop.yield %one : i32
  } else {
    %zero = arith.constant 0 : i32
    %x = arith.addi %zero, %one : i32
    loop.yield %x : i32
  }
  return %0 : i32
}

// -----

// The arms differ.
// CHECK-LABEL: func.func @arms
// CHECK:         %[[R:.*]] = loop.if
// CHECK:         return %[[R]]
func.func @arms(%c: i1) -> i32 {
  %0 = loop.if %c -> (i32) {
    %one = arith.constant 1 : i32
    loop.yield %one : i32
  } else {
    %two = arith.constant 2 : i32
    loop.yield %two : i32
  }
  return %0 : i32
}

// -----

// What goes round a loop unchanged is constant; the counter is not.
// CHECK-LABEL: func.func @for
// CHECK:         %[[ONE:.*]] = arith.constant 1 : i32
// CHECK:         loop.for %[[I:.*]] = %{{.*}} to %{{.*}} step %{{.*}} iter_args(%{{.*}} = %[[ONE]], %[[S:.*]] = %{{.*}})
// CHECK-NEXT:      %[[T:.*]] = arith.addi %[[S]], %[[I]] : index
// CHECK-NEXT:      loop.yield %[[ONE]], %[[T]] : i32, index
func.func @for(%n: index) -> (i32, index) {
  %one = arith.constant 1 : i32
  %lb = arith.constant 0 : index
  %st = arith.constant 1 : index
  %0:2 = loop.for %i = %lb to %n step %st iter_args(%acc = %one, %sum = %lb) -> (i32, index) {
    %m = arith.muli %acc, %one : i32
    %t = arith.addi %sum, %i : index
    loop.yield %m, %t : i32, index
  }
  return %0#0, %0#1 : i32, index
}
