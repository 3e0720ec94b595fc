// RUN: nest-opt %s --allow-unregistered-dialect --remove-dead-values --split-input-file | FileCheck %s

// What only dead values use goes, through calls: an argument, a result, and what is passed.
// CHECK:      func.func private @f(%[[A:.*]]: i32) -> i32 {
// CHECK-NEXT:   %[[R:.*]] = arith.addi %[[A]], %[[A]] : i32
// CHECK-NEXT:   return %[[R]] : i32
func.func private @f(%a: i32, %b: i32) -> (i32, i32) {
  %0 = arith.addi %a, %a : i32
  %1 = arith.muli %b, %b : i32
  return %0, %1 : i32, i32
}
// CHECK:      func.func @g(%[[A:.*]]: i32) -> i32 {
// CHECK-NEXT:   %[[R:.*]] = call @f(%[[A]]) : (i32) -> i32
// CHECK-NEXT:   return %[[R]] : i32
func.func @g(%a: i32) -> i32 {
  %c = arith.constant 3 : i32
  %d = arith.addi %c, %c : i32
  %0:2 = call @f(%a, %d) : (i32, i32) -> (i32, i32)
  return %0#0 : i32
}

// -----

// Attributes stay with the arguments and results that stay.
// CHECK:      func.func private @h(%[[B:.*]]: i32 {t.b}) -> (i32 {t.y}) {
// CHECK-NEXT:   return %[[B]] : i32
func.func private @h(%a: i32 {t.a}, %b: i32 {t.b}) -> (i32 {t.x}, i32 {t.y}) {
  return %a, %b : i32, i32
}
// CHECK: %[[R:.*]] = call @h(%{{.*}}) : (i32) -> i32
// CHECK: return %[[R]]
func.func @k(%a: i32) -> i32 {
  %0:2 = call @h(%a, %a) : (i32, i32) -> (i32, i32)
  return %0#1 : i32
}

// -----

// A function that somebody else may call keeps its signature.
// CHECK: func.func private @taken(%{{.*}}: i32) -> i32
func.func private @taken(%a: i32) -> i32 {
  %0 = arith.constant 1 : i32
  return %0 : i32
}
func.func @m(%a: i32) -> ((i32) -> i32) {
  %0 = call @taken(%a) : (i32) -> i32
  %f = constant @taken : (i32) -> i32
  return %f : (i32) -> i32
}

// -----

// A loop of blocks that only counts for itself.
// CHECK:      func.func @loop(%[[C:.*]]: i1)
// CHECK-NEXT:   cf.br ^[[L:bb[0-9]+]]{{$}}
// CHECK-NEXT: ^[[L]]:
// CHECK-NEXT:   cf.cond_br %[[C]], ^[[L]], ^[[END:bb[0-9]+]]{{$}}
// CHECK-NEXT: ^[[END]]:
func.func @loop(%c: i1) {
  %0 = arith.constant 0 : i32
  cf.br ^bb1(%0 : i32)
^bb1(%i: i32):
  %1 = arith.constant 1 : i32
  %2 = arith.addi %i, %1 : i32
  cf.cond_br %c, ^bb1(%2 : i32), ^bb2
^bb2:
  return
}

// -----

// CHECK-LABEL: func.func @effects
// CHECK:         "t.use"
func.func @effects(%a: i32) {
  %0 = arith.addi %a, %a : i32
  "t.use"(%0) : (i32) -> ()
  return
}
