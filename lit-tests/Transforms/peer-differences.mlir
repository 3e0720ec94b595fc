// RUN: nest-opt %s --allow-unregistered-dialect --inline='default-pipeline=' --split-input-file | FileCheck %s --check-prefix=INLINE
// RUN: nest-opt %s --allow-unregistered-dialect --canonicalize=region-simplify=disabled --split-input-file | FileCheck %s --check-prefix=CANON
// RUN: nest-opt %s --allow-unregistered-dialect --canonicalize=max-iterations=1 --split-input-file | FileCheck %s --check-prefix=ONCE
// RUN: nest-opt %s --allow-unregistered-dialect --symbol-privatize --split-input-file | FileCheck %s --check-prefix=PRIVATE

// Found by comparing with mlir-opt on random modules: a reference from an operation that nobody knows keeps a function.
// INLINE: func.func private @referred
func.func private @referred() {
  return
}
func.func @refers() {
  "any.refer"() {to = @referred} : () -> ()
  return
}

// -----

// The builtin dialect says nothing about inlining, so its casts prevent it.
// INLINE-LABEL: func.func @calls
// INLINE:         call @casts
func.func @casts(%a: i32) -> i32 {
  %0 = builtin.unrealized_conversion_cast %a : i32 to i32
  return %0 : i32
}
func.func @calls(%a: i32) -> i32 {
  %0 = call @casts(%a) : (i32) -> i32
  return %0 : i32
}

// -----

// A block that only leads to itself branches on its own condition.
// CANON-LABEL: func.func @itself
// CANON:       ^bb1(%[[A:.*]]: i1):
// CANON-NEXT:    cf.br ^bb1(%arg0 : i1)
func.func @itself(%c: i1) {
  return
^bb1(%a: i1):
  cf.cond_br %c, ^bb1(%c : i1), ^bb2
^bb2:
  return
}

// -----

// CANON-LABEL: func.func @same_type
// CANON-NEXT:    return %arg0
func.func @same_type(%a: i8) -> i8 {
  %0 = arith.bitcast %a : i8 to i8
  return %0 : i8
}

// -----

// What a fold in place no longer uses goes in the same iteration.
// ONCE-LABEL: func.func @in_place
// ONCE-NEXT:    %[[R:.*]] = arith.trunci %arg0 : i32 to i16
// ONCE-NEXT:    return %[[R]]
func.func @in_place(%a: i32) -> i16 {
  %0 = arith.extui %a : i32 to i128
  %1 = arith.trunci %0 : i128 to i16
  return %1 : i16
}

// -----

// A module without a name is no symbol.
// PRIVATE:      func.func private @outer
// PRIVATE:      {{^}}  module {{{$}}
// PRIVATE-NEXT:   func.func @inner
func.func @outer() {
  return
}
module {
  func.func @inner() {
    return
  }
}

// -----

// Of a NaN and a number the greater number is the number; upstream folds this one as a maximum.
// CANON-LABEL: func.func @greater_number
// CANON-NEXT:    arith.constant dense<[3.000000e+00, 4.000000e+00]> : vector<2xf32>
func.func @greater_number() -> vector<2xf32> {
  %0 = arith.constant dense<[3.000000e+00, 0x7FC00000]> : vector<2xf32>
  %1 = arith.constant dense<[0x7FC00000, 4.000000e+00]> : vector<2xf32>
  %2 = arith.maxnumf %0, %1 : vector<2xf32>
  return %2 : vector<2xf32>
}
