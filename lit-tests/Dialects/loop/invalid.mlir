// RUN: nest-opt %s --allow-unregistered-dialect --split-input-file --verify-diagnostics

func.func @for_induction(%a: index) {
  // expected-error @below {{the body's first argument is not of the bounds' type 'index' [C1]}}
  "loop.for"(%a, %a, %a) ({
  ^bb0(%i: i32):
    "loop.yield"() : () -> ()
  }) : (index, index, index) -> ()
  return
}

// -----

func.func @for_results(%a: index, %x: f32) {
  // expected-error @below {{carries 1 values but has 0 results [C2]}}
  "loop.for"(%a, %a, %a, %x) ({
  ^bb0(%i: index, %y: f32):
    "loop.yield"(%y) : (f32) -> ()
  }) : (index, index, index, f32) -> ()
  return
}

// -----

func.func @for_arguments(%a: index, %x: f32) {
  // expected-error @below {{carries 1 values but its body takes 0 [C2]}}
  %0 = "loop.for"(%a, %a, %a, %x) ({
  ^bb0(%i: index):
    "loop.yield"(%x) : (f32) -> ()
  }) : (index, index, index, f32) -> f32
  return
}

// -----

func.func @for_types(%a: index, %x: f32) {
  // expected-error @below {{carried value 0 is of type 'f32', in the body 'i32', and as a result 'f32' [C2]}}
  %0 = "loop.for"(%a, %a, %a, %x) ({
  ^bb0(%i: index, %y: i32):
    "loop.yield"(%x) : (f32) -> ()
  }) : (index, index, index, f32) -> f32
  return
}

// -----

func.func @for_yield(%a: index, %x: f32) {
  // expected-error @below {{yields 0 values, whose types are not those of the 1 results [C2]}}
  %0 = loop.for %i = %a to %a step %a iter_args(%y = %x) -> (f32) {
    loop.yield
  }
  return
}

// -----

func.func @for_step(%a: index) {
  %zero = arith.constant 0 : index
  // expected-error @below {{step is 0, which is not above zero [C3]}}
  loop.for %i = %a to %a step %zero {
  }
  return
}

// -----

func.func @for_types_written(%a: index, %x: f32) {
  // expected-error @below {{1 carried values, but 2 types}}
  %0:2 = loop.for %i = %a to %a step %a iter_args(%y = %x) -> (f32, f32) {
    loop.yield %y : f32
  }
  return
}

// -----

func.func @parallel_rank(%a: index) {
  // expected-error @below {{has 1 lower bounds, 1 upper bounds, 1 steps and 2 body arguments [C1]}}
  loop.parallel (%i, %j) = (%a) to (%a) step (%a) {
  }
  return
}

// -----

func.func @parallel_step(%a: index) {
  %minus = arith.constant -1 : index
  // expected-error @below {{step is -1, which is not above zero [C2]}}
  loop.parallel (%i) = (%a) to (%a) step (%minus) {
  }
  return
}

// -----

func.func @if_without_else(%c: i1, %x: f32) {
  // expected-error @below {{has results but no else region [C1]}}
  %0 = loop.if %c -> (f32) {
    loop.yield %x : f32
  }
  return
}

// -----

func.func @if_yield(%c: i1, %x: f32) {
  // expected-error @below {{yields 0 values, whose types are not those of the 1 results [C1]}}
  %0 = loop.if %c -> (f32) {
    loop.yield %x : f32
  } else {
  }
  return
}

// -----

func.func @if_arguments(%c: i1) {
  // expected-error @below {{a region takes arguments [C2]}}
  loop.if %c {
  ^bb0(%x: f32):
    loop.yield
  }
  return
}

// -----

func.func @while_inits(%c: i1, %x: f32) {
  // expected-error @below {{the operands' types are not those of the first region's arguments [C1]}}
  "loop.while"(%x) ({
    "loop.condition"(%c) : (i1) -> ()
  }, {
    "loop.yield"(%x) : (f32) -> ()
  }) : (f32) -> ()
  return
}

// -----

func.func @while_results(%c: i1, %x: f32) {
  // expected-error @below {{the results' types are not those of the second region's arguments [C2]}}
  %0 = "loop.while"() ({
    "loop.condition"(%c, %x) : (i1, f32) -> ()
  }, {
    "loop.yield"() : () -> ()
  }) : () -> f32
  return
}

// -----

func.func @while_condition(%c: i1, %x: f32) {
  // expected-error @below {{the first region does not end with a loop.condition that hands on values of the results' types [C2]}}
  loop.while : () -> () {
    loop.condition(%c) %x : f32
  } do {
  }
  return
}

// -----

func.func @while_yield(%c: i1, %x: f32) {
  // expected-error @below {{the second region does not end with a loop.yield of values of the operands' types [C1]}}
  loop.while : () -> () {
    loop.condition(%c)
  } do {
    loop.yield %x : f32
  }
  return
}

// -----

func.func @condition_elsewhere(%c: i1) {
  "test.region"() ({
    // expected-error @below {{expects parent op 'loop.while'}}
    loop.condition(%c)
  }) : () -> ()
  return
}

// -----

func.func @alloc_sizes() {
  // expected-error @below {{has 0 sizes, but its type leaves 1 open [C1]}}
  %0 = loop.alloc() : memref<?xf32>
  return
}

// -----

func.func @alloc_layout() {
  // expected-error @below {{cannot make memory of layout strided<[2]> [C2]}}
  %0 = loop.alloc() : memref<4xf32, strided<[2]>>
  return
}

// -----

func.func @alloc_alignment() {
  // expected-error @below {{alignment 48 is no power of two [C3]}}
  %0 = loop.alloc() {alignment = 48 : i64} : memref<4xf32>
  return
}

// -----

func.func @load_indices(%m: memref<4x4xf32>, %i: index) {
  // expected-error @below {{has 1 indices for 2 dimensions [C1]}}
  %0 = loop.load %m[%i] : memref<4x4xf32>
  return
}

// -----

func.func @store_indices(%m: memref<4x4xf32>, %i: index, %x: f32) {
  // expected-error @below {{has 3 indices for 2 dimensions [C1]}}
  loop.store %x, %m[%i, %i, %i] : memref<4x4xf32>
  return
}

// -----

func.func @copy_types(%m: memref<4xf32>, %n: memref<5xf32>) {
  // expected-error @below {{cannot copy 'memref<4xf32>' to 'memref<5xf32>' [C1]}}
  loop.copy %m, %n : memref<4xf32> to memref<5xf32>
  return
}

// -----

func.func @cast_space(%m: memref<4xf32>) {
  // expected-error @below {{cannot cast 'memref<4xf32>' to 'memref<?xf32, 1>' [C1]}}
  %0 = loop.cast %m : memref<4xf32> to memref<?xf32, 1>
  return
}

// -----

func.func @reshape_gaps(%m: memref<4x4xf32, strided<[8, 1]>>) {
  // expected-error @below {{cannot see 'memref<4x4xf32, strided<[8, 1]>>' as 'memref<16xf32>' [C1]}}
  %0 = loop.reshape %m : memref<4x4xf32, strided<[8, 1]>> to memref<16xf32>
  return
}

// -----

func.func @constant_shape() {
  // expected-error @below {{a buffer of type 'memref<4xf32>' cannot hold a value of type 'tensor<2xf32>' [C1]}}
  %0 = loop.constant dense<1.0> : tensor<2xf32> : memref<4xf32>
  return
}

// -----

func.func @dim_index(%m: memref<4xf32>) {
  %c1 = arith.constant 1 : index
  // expected-error @below {{the type has no dimension 1 [C1]}}
  %0 = loop.dim %m, %c1 : memref<4xf32>
  return
}

// -----

func.func @subview_lists(%m: memref<4x4xf32>) {
  // expected-error @below {{has 1 offsets, 2 sizes and 2 strides for 2 dimensions [C1]}}
  %0 = loop.subview %m[0] [2, 2] [1, 1] : memref<4x4xf32> to memref<2x2xf32, strided<[4, 1]>>
  return
}

// -----

func.func @subview_type(%m: memref<4x4xf32>) {
  // expected-error @below {{the result should be of type 'memref<2x2xf32, strided<[4, 1], offset: 5>>', perhaps without dimensions of size 1 [C2]}}
  %0 = loop.subview %m[1, 1] [2, 2] [1, 1] : memref<4x4xf32> to memref<2x2xf32, strided<[4, 1]>>
  return
}

// -----

func.func @subview_layout(%m: memref<4x4xf32, affine_map<(d0, d1) -> (d1, d0)>>) {
  // expected-error @below {{the source's layout affine_map<(d0, d1) -> (d1, d0)> has no strides [C2]}}
  %0 = loop.subview %m[0, 0] [2, 2] [1, 1] : memref<4x4xf32, affine_map<(d0, d1) -> (d1, d0)>> to memref<2x2xf32>
  return
}
