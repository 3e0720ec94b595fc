// RUN: nest-opt %s --split-input-file --verify-diagnostics
// The messages are those of mlir-opt 19, letter by letter.

func.func @f(%n: index) {
  // expected-error @below {{'tensor.empty' op incorrect number of dynamic sizes, has 1, expected 0}}
  %0 = tensor.empty(%n) : tensor<4xf32>
  return
}

// -----

func.func @f(%x: f32) {
  // expected-error @below {{'tensor.from_elements' op failed to verify that operand types match result element type}}
  %0 = "tensor.from_elements"(%x) : (f32) -> tensor<2xf32>
  return
}

// -----

func.func @f(%x: f32) {
  // expected-error @below {{'tensor.from_elements' op result #0 must be statically shaped tensor of any type values, but got 'tensor<?xf32>'}}
  %0 = "tensor.from_elements"(%x) : (f32) -> tensor<?xf32>
  return
}

// -----

func.func @f(%x: f32) {
  // expected-error @below {{'tensor.from_elements' op failed to verify that operand types match result element type}}
  %0 = "tensor.from_elements"(%x) : (f32) -> tensor<1xi32>
  return
}

// -----

func.func @f(%n: index, %x: f32) {
  // expected-error @below {{must have as many index operands as dynamic extents in the result type}}
  %0 = tensor.generate %n {
  ^bb0(%i: index):
    tensor.yield %x : f32
  } : tensor<4xf32>
  return
}

// -----

func.func @f(%n: index, %x: f32) {
  // expected-error @below {{must have one body argument per input dimension}}
  %0 = tensor.generate %n {
  ^bb0(%i: index, %j: index):
    tensor.yield %x : f32
  } : tensor<?xf32>
  return
}

// -----

func.func @f(%n: index, %x: f32) {
  // expected-error @below {{all body arguments must be index}}
  %0 = tensor.generate %n {
  ^bb0(%i: i32):
    tensor.yield %x : f32
  } : tensor<?xf32>
  return
}

// -----

func.func @f(%n: index, %x: i32) {
  // expected-error @below {{'tensor.generate' op body must be terminated with a `yield` operation of the tensor element type}}
  %0 = tensor.generate %n {
  ^bb0(%i: index):
    tensor.yield %x : i32
  } : tensor<?xf32>
  return
}

// -----

func.func @f(%n: index, %x: i32) {
  // expected-error @below {{'tensor.yield' op expects parent op to be one of 'tensor.generate, tensor.pad'}}
  "tensor.yield"(%x) : (i32) -> ()
}

// -----

func.func @f(%n: index, %x: f32) {
  // expected-error @below {{'tensor.splat' op incorrect number of dynamic sizes, has 1, expected 0}}
  %0 = tensor.splat %x[%n] : tensor<4xf32>
  return
}

// -----

func.func @f(%x: i32) {
  // expected-error @below {{'tensor.splat' op failed to verify that operand type matches element type of result}}
  %0 = "tensor.splat"(%x) : (i32) -> tensor<4xf32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>) {
  // expected-error @below {{'tensor.bitcast' op operand type 'tensor<4xf32>' and result type 'tensor<4xi16>' are cast incompatible}}
  %0 = tensor.bitcast %t : tensor<4xf32> to tensor<4xi16>
  return
}

// -----

func.func @f(%t: tensor<4xindex>) {
  // expected-error @below {{'tensor.bitcast' op operand type 'tensor<4xindex>' and result type 'tensor<4xi64>' are cast incompatible}}
  %0 = tensor.bitcast %t : tensor<4xindex> to tensor<4xi64>
  return
}

// -----

func.func @f(%t: tensor<4xf32>) {
  // expected-error @below {{'tensor.cast' op operand type 'tensor<4xf32>' and result type 'tensor<5xf32>' are cast incompatible}}
  %0 = tensor.cast %t : tensor<4xf32> to tensor<5xf32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>) {
  // expected-error @below {{'tensor.cast' op operand type 'tensor<4xf32>' and result type 'tensor<?xi32>' are cast incompatible}}
  %0 = tensor.cast %t : tensor<4xf32> to tensor<?xi32>
  return
}

// -----

func.func @f(%t: tensor<f32>, %i: index) {
  // expected-error @below {{'tensor.dim' op operand #0 must be non-0-ranked or unranked tensor, but got 'tensor<f32>'}}
  %0 = tensor.dim %t, %i : tensor<f32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>, %i: index) {
  // expected-error @below {{'tensor.extract' op incorrect number of indices for extract_element}}
  %0 = tensor.extract %t[%i, %i] : tensor<4xf32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>, %i: index) {
  // expected-error @below {{'tensor.extract' op failed to verify that result type matches element type of tensor}}
  %0 = "tensor.extract"(%t, %i) : (tensor<4xf32>, index) -> i32
  return
}

// -----

func.func @f(%t: tensor<4xf32>, %i: index, %x: f32) {
  // expected-error @below {{'tensor.insert' op incorrect number of indices}}
  %0 = tensor.insert %x into %t[] : tensor<4xf32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>, %i: index, %x: i32) {
  // expected-error @below {{'tensor.insert' op failed to verify that scalar type matches element type of dest}}
  %0 = "tensor.insert"(%x, %t, %i) : (i32, tensor<4xf32>, index) -> tensor<4xf32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>, %i: index, %x: f32) {
  // expected-error @below {{'tensor.insert' op failed to verify that result type matches type of dest}}
  %0 = "tensor.insert"(%x, %t, %i) : (f32, tensor<4xf32>, index) -> tensor<5xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16xf32>) {
  // expected-error @below {{expected 2 offset values, got 1}}
  %0 = tensor.extract_slice %t[0] [8] [1] : tensor<8x16xf32> to tensor<8xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16xf32>) {
  // expected-error @below {{expected mixed offsets rank to match mixed sizes rank (2 vs 1) so the rank of the result type is well-formed.}}
  %0 = tensor.extract_slice %t[0, 0] [8] [1] : tensor<8x16xf32> to tensor<8xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16xf32>) {
  // expected-error @below {{expected mixed sizes rank to match mixed strides rank (2 vs 1) so the rank of the result type is well-formed.}}
  %0 = tensor.extract_slice %t[0, 0] [8, 4] [1] : tensor<8x16xf32> to tensor<8xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16xf32>) {
  // expected-error @below {{expected offsets to be non-negative, but got -1}}
  %0 = tensor.extract_slice %t[-1, 0] [8, 4] [1, 1] : tensor<8x16xf32> to tensor<8x4xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16xf32>) {
  // expected-error @below {{expected sizes to be non-negative, but got -4}}
  %0 = tensor.extract_slice %t[0, 0] [8, -4] [1, 1] : tensor<8x16xf32> to tensor<8x4xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16xf32>) {
  // expected-error @below {{expected type to be 'tensor<8x4xf32>' or a rank-reduced version. (size mismatch)}}
  %0 = tensor.extract_slice %t[0, 0] [8, 4] [1, 1] : tensor<8x16xf32> to tensor<8x5xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16xf32>) {
  // expected-error @below {{expected rank to be smaller or equal to the other rank.}}
  %0 = tensor.extract_slice %t[0, 0] [8, 1] [1, 1] : tensor<8x16xf32> to tensor<8x1x1xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16xf32>) {
  // expected-error @below {{expected element type to be 'f32'}}
  %0 = tensor.extract_slice %t[0, 0] [8, 4] [1, 1] : tensor<8x16xf32> to tensor<8x4xi32>
  return
}

// -----

func.func @f(%t: tensor<8x16xf32>, %s: tensor<8x4xf32>) {
  // expected-error @below {{expected type to be 'tensor<8x5xf32>' or a rank-reduced version. (size mismatch)}}
  %0 = tensor.insert_slice %s into %t[0, 0] [8, 5] [1, 1] : tensor<8x4xf32> into tensor<8x16xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16xf32>, %s: tensor<8x4x1xf32>) {
  // expected-error @below {{expected rank to be smaller or equal to the other rank.}}
  %0 = tensor.insert_slice %s into %t[0, 0] [8, 4] [1, 1] : tensor<8x4x1xf32> into tensor<8x16xf32>
  return
}

// -----

func.func @f(%t: tensor<8x16xf32>, %s: tensor<8x4xf32>) {
  // expected-error @below {{expected ParallelCombiningOpInterface parent, got:}}
  tensor.parallel_insert_slice %s into %t[0, 0] [8, 4] [1, 1] : tensor<8x4xf32> into tensor<8x16xf32>
  return
}

// -----

func.func @f(%t: tensor<8xf32>, %s: tensor<?xi32>) {
  // expected-error @below {{'tensor.reshape' op cannot use shape operand with dynamic length to reshape to statically-ranked tensor type}}
  %0 = tensor.reshape %t(%s) : (tensor<8xf32>, tensor<?xi32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @f(%t: tensor<8xf32>, %s: tensor<1xi32>) {
  // expected-error @below {{'tensor.reshape' op length of shape operand differs from the result's tensor rank}}
  %0 = tensor.reshape %t(%s) : (tensor<8xf32>, tensor<1xi32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @f(%t: tensor<8xf32>, %s: tensor<2xi32>) {
  // expected-error @below {{'tensor.reshape' op source and destination tensor should have the same number of elements}}
  %0 = tensor.reshape %t(%s) : (tensor<8xf32>, tensor<2xi32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @f(%t: tensor<8xf32>, %s: tensor<2xi32>) {
  // expected-error @below {{'tensor.reshape' op element types of source and destination tensor types should be the same}}
  %0 = tensor.reshape %t(%s) : (tensor<8xf32>, tensor<2xi32>) -> tensor<4x2xi32>
  return
}

// -----

func.func @f(%t: tensor<8xf32>, %s: tensor<2x1xi32>) {
  // expected-error @below {{'tensor.reshape' op operand #1 must be 1D tensor of signless integer or index values, but got 'tensor<2x1xi32>'}}
  %0 = tensor.reshape %t(%s) : (tensor<8xf32>, tensor<2x1xi32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @f(%t: tensor<8xf32>, %s: tensor<2xf32>) {
  // expected-error @below {{'tensor.reshape' op operand #1 must be 1D tensor of signless integer or index values, but got 'tensor<2xf32>'}}
  %0 = tensor.reshape %t(%s) : (tensor<8xf32>, tensor<2xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @f(%t: tensor<4x6xf32>) {
  // expected-error @below {{'tensor.collapse_shape' op expected dimension 0 of collapsed type to be static value of 24}}
  %0 = tensor.collapse_shape %t [[0, 1]] : tensor<4x6xf32> into tensor<25xf32>
  return
}

// -----

func.func @f(%t: tensor<4x6xf32>) {
  // expected-error @below {{'tensor.collapse_shape' op expected reassociation map #0 to have size equal to the expanded rank (2), but it is  1.}}
  %0 = tensor.collapse_shape %t [[0]] : tensor<4x6xf32> into tensor<4xf32>
  return
}

// -----

func.func @f(%t: tensor<4x6xf32>) {
  // expected-error @below {{'tensor.collapse_shape' op expected reassociation map #0 to be valid and contiguous.}}
  %0 = tensor.collapse_shape %t [[1, 0]] : tensor<4x6xf32> into tensor<24xf32>
  return
}

// -----

func.func @f(%t: tensor<4x6xf32>) {
  // expected-error @below {{'tensor.collapse_shape' op expected reassociation map #0 to have size equal to the expanded rank (2), but it is  3.}}
  %0 = tensor.collapse_shape %t [[0, 1, 2]] : tensor<4x6xf32> into tensor<24xf32>
  return
}

// -----

func.func @f(%t: tensor<4x6xf32>) {
  // expected-error @below {{'tensor.collapse_shape' op expected collapsed rank (1) to equal the number of reassociation maps (2).}}
  %0 = tensor.collapse_shape %t [[0], [1]] : tensor<4x6xf32> into tensor<24xf32>
  return
}

// -----

func.func @f(%t: tensor<24xf32>) {
  // expected-error @below {{'tensor.collapse_shape' op expected the expanded type, 'tensor<24xf32>' to have a higher (or same) rank than the collapsed type, 'tensor<4x6xf32>'.}}
  %0 = tensor.collapse_shape %t [[0]] : tensor<24xf32> into tensor<4x6xf32>
  return
}

// -----

func.func @f(%t: tensor<24xf32>) {
  // expected-error @below {{'tensor.expand_shape' op expected dimension 0 of collapsed type to be static value of 20}}
  %0 = tensor.expand_shape %t [[0, 1]] output_shape [4, 5] : tensor<24xf32> into tensor<4x5xf32>
  return
}

// -----

func.func @f(%t: tensor<?xf32>) {
  // expected-error @below {{'tensor.expand_shape' op expected dimension 0 of collapsed type to be static value of 20}}
  %0 = tensor.expand_shape %t [[0, 1]] output_shape [4, 5] : tensor<?xf32> into tensor<4x5xf32>
  return
}

// -----

func.func @f(%t: tensor<20xf32>, %n: index) {
  // expected-error @below {{'tensor.expand_shape' op expected dimension 0 of collapsed type to be dynamic since one or more of the corresponding dimensions in the expanded type is dynamic}}
  %0 = tensor.expand_shape %t [[0, 1]] output_shape [4, %n] : tensor<20xf32> into tensor<4x?xf32>
  return
}

// -----

func.func @f(%t: tensor<20xf32>) {
  // expected-error @below {{'tensor.expand_shape' op expected number of static shape dims to be equal to the output rank (2) but found 3 inputs instead}}
  %0 = tensor.expand_shape %t [[0, 1]] output_shape [4, 5, 1] : tensor<20xf32> into tensor<4x5xf32>
  return
}

// -----

func.func @f(%t: tensor<20xf32>) {
  // expected-error @below {{'tensor.expand_shape' op expected reassociation map #0 to have size equal to the expanded rank (2), but it is  1.}}
  %0 = tensor.expand_shape %t [[0]] output_shape [4, 5] : tensor<20xf32> into tensor<4x5xf32>
  return
}

// -----

func.func @f(%t: tensor<4x5xf32>) {
  // expected-error @below {{'tensor.expand_shape' op expected the expanded type, 'tensor<20xf32>' to have a higher (or same) rank than the collapsed type, 'tensor<4x5xf32>'.}}
  %0 = tensor.expand_shape %t [[0, 1]] output_shape [20] : tensor<4x5xf32> into tensor<20xf32>
  return
}

// -----

func.func @f() {
  // expected-error @below {{'tensor.concat' op requires at least one input}}
  %0 = tensor.concat dim(0) : () -> tensor<4xf32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>) {
  // expected-error @below {{'tensor.concat' op rank of concatenated inputs must match result rank}}
  %0 = tensor.concat dim(0) %t : (tensor<4xf32>) -> tensor<4x1xf32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>) {
  // expected-error @below {{'tensor.concat' op inputs and result element type must match}}
  %0 = tensor.concat dim(0) %t : (tensor<4xf32>) -> tensor<4xi32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>) {
  // expected-error @below {{'tensor.concat' op concatenation dim must be less than the tensor rank}}
  %0 = tensor.concat dim(1) %t : (tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @f(%t: tensor<4x3xf32>, %u: tensor<4x2xf32>) {
  // expected-error @below {{'tensor.concat' op static concatenation size mismatch along non-concatenated dimension 1}}
  %0 = tensor.concat dim(0) %t, %u : (tensor<4x3xf32>, tensor<4x2xf32>) -> tensor<8x3xf32>
  return
}

// -----

func.func @f(%t: tensor<4x3xf32>) {
  // expected-error @below {{'tensor.concat' op result type 'tensor<7x3xf32>'does not match inferred shape 'tensor<8x3xf32>' static sizes}}
  %0 = tensor.concat dim(0) %t, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<7x3xf32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>, %x: f32) {
  // expected-error @below {{specified type 'tensor<6xf32>' does not match the inferred type 'tensor<5xf32>'}}
  %0 = tensor.pad %t low[0] high[1] {
  ^bb0(%i: index):
    tensor.yield %x : f32
  } : tensor<4xf32> to tensor<6xf32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>, %x: f32) {
  // expected-error @below {{specified type 'tensor<5x1xf32>' does not match the inferred type 'tensor<5xf32>'}}
  %0 = tensor.pad %t low[0] high[1] {
  ^bb0(%i: index):
    tensor.yield %x : f32
  } : tensor<4xf32> to tensor<5x1xf32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>, %x: f32) {
  // expected-error @below {{failed to infer expectedType from sourceType 'tensor<4xf32>', specified resultType is 'tensor<5xf32>'}}
  %0 = tensor.pad %t low[0, 0] high[1] {
  ^bb0(%i: index):
    tensor.yield %x : f32
  } : tensor<4xf32> to tensor<5xf32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>, %x: f32) {
  // expected-error @below {{expected the block to have 1 arguments}}
  %0 = tensor.pad %t low[0] high[1] {
  ^bb0(%i: index, %j: index):
    tensor.yield %x : f32
  } : tensor<4xf32> to tensor<5xf32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>, %x: f32) {
  // expected-error @below {{'tensor.pad' op expected block argument 1 to be an index}}
  %0 = tensor.pad %t low[0] high[1] {
  ^bb0(%i: i32):
    tensor.yield %x : f32
  } : tensor<4xf32> to tensor<5xf32>
  return
}

// -----

func.func @f(%t: tensor<4xf32>, %x: i32) {
  // expected-error @below {{'tensor.pad' op expected yield type to match shape element type}}
  %0 = tensor.pad %t low[0] high[1] {
  ^bb0(%i: index):
    tensor.yield %x : i32
  } : tensor<4xf32> to tensor<5xf32>
  return
}

// -----

func.func @f(%t: tensor<4x6xf32>, %ix: tensor<5x1xindex>) {
  // expected-error @below {{'tensor.gather' op gather_dims must be non-empty}}
  %0 = tensor.gather %t[%ix] gather_dims([]) : (tensor<4x6xf32>, tensor<5x1xindex>) -> tensor<5x6xf32>
  return
}

// -----

func.func @f(%t: tensor<4x6xf32>, %ix: tensor<5x1xindex>) {
  // expected-error @below {{'tensor.gather' op gather_dims overflow source rank}}
  %0 = tensor.gather %t[%ix] gather_dims([0, 1, 2]) : (tensor<4x6xf32>, tensor<5x1xindex>) -> tensor<5x6xf32>
  return
}

// -----

func.func @f(%t: tensor<4x6xf32>, %ix: tensor<5x1xindex>) {
  // expected-error @below {{'tensor.gather' op result type mismatch: expected 'tensor<5x1x1xf32>' or its rank-reduced variant 'tensor<5xf32>' (got: 'tensor<5x6xf32>')}}
  %0 = tensor.gather %t[%ix] gather_dims([0, 1]) : (tensor<4x6xf32>, tensor<5x1xindex>) -> tensor<5x6xf32>
  return
}

// -----

func.func @f(%t: tensor<4x6xf32>, %ix: tensor<5x1xindex>) {
  // expected-error @below {{'tensor.gather' op gather_dims value must be non-negative}}
  %0 = tensor.gather %t[%ix] gather_dims([-1]) : (tensor<4x6xf32>, tensor<5x1xindex>) -> tensor<5x6xf32>
  return
}

// -----

func.func @f(%t: tensor<4x6xf32>, %ix: tensor<5x1xindex>) {
  // expected-error @below {{'tensor.gather' op gather_dims value must be smaller than source rank}}
  %0 = tensor.gather %t[%ix] gather_dims([4]) : (tensor<4x6xf32>, tensor<5x1xindex>) -> tensor<5x6xf32>
  return
}

// -----

func.func @f(%t: tensor<4x6xf32>, %ix: tensor<5x2xindex>) {
  // expected-error @below {{'tensor.gather' op gather_dims values must be strictly increasing}}
  %0 = tensor.gather %t[%ix] gather_dims([1, 0]) : (tensor<4x6xf32>, tensor<5x2xindex>) -> tensor<5xf32>
  return
}

// -----

func.func @f(%t: tensor<4x6xf32>, %ix: tensor<5x1xindex>) {
  // expected-error @below {{'tensor.gather' op result type mismatch: expected 'tensor<5x1x6xf32>' or its rank-reduced variant 'tensor<5x6xf32>' (got: 'tensor<6x6xf32>')}}
  %0 = tensor.gather %t[%ix] gather_dims([0]) : (tensor<4x6xf32>, tensor<5x1xindex>) -> tensor<6x6xf32>
  return
}

// -----

func.func @f(%t: tensor<4x6xf32>, %ix: tensor<5x1xf32>) {
  // expected-error @below {{'tensor.gather' op operand #1 must be ranked tensor of signless integer or index values, but got 'tensor<5x1xf32>'}}
  %0 = tensor.gather %t[%ix] gather_dims([0]) : (tensor<4x6xf32>, tensor<5x1xf32>) -> tensor<5x6xf32>
  return
}

// -----

func.func @f(%t: tensor<4x6xf32>, %ix: tensor<5x1xindex>, %p: tensor<5x6xf32>) {
  // expected-error @below {{'tensor.scatter' op requires 'unique' attribute to be set}}
  %0 = tensor.scatter %p into %t[%ix] scatter_dims([0]) : (tensor<5x6xf32>, tensor<4x6xf32>, tensor<5x1xindex>) -> tensor<4x6xf32>
  return
}

// -----

func.func @f(%t: tensor<4x6xf32>, %ix: tensor<5x1xindex>, %p: tensor<5x7xf32>) {
  // expected-error @below {{'tensor.scatter' op source type mismatch: expected 'tensor<5x1x6xf32>' or its rank-reduced variant 'tensor<5x6xf32>' (got: 'tensor<5x7xf32>')}}
  %0 = tensor.scatter %p into %t[%ix] scatter_dims([0]) unique : (tensor<5x7xf32>, tensor<4x6xf32>, tensor<5x1xindex>) -> tensor<4x6xf32>
  return
}

// -----

func.func @f(%w: tensor<32x32xf32>, %e: tensor<2x2x16x16xf32>) {
  // expected-error @below {{invalid inner_dims_pos vector}}
  %0 = tensor.pack %w inner_dims_pos = [0, 0] inner_tiles = [16, 16] into %e : tensor<32x32xf32> -> tensor<2x2x16x16xf32>
  return
}

// -----

func.func @f(%w: tensor<32x32xf32>, %e: tensor<2x2x16x16xf32>) {
  // expected-error @below {{invalid zero tile factor}}
  %0 = tensor.pack %w inner_dims_pos = [0, 1] inner_tiles = [16, 0] into %e : tensor<32x32xf32> -> tensor<2x2x16x16xf32>
  return
}

// -----

func.func @f(%w: tensor<32x32xf32>, %e: tensor<2x2x16x16xf32>) {
  // expected-error @below {{invalid outer_dims_perm vector}}
  %0 = tensor.pack %w outer_dims_perm = [1, 1] inner_dims_pos = [0, 1] inner_tiles = [16, 16] into %e : tensor<32x32xf32> -> tensor<2x2x16x16xf32>
  return
}

// -----

func.func @f(%w: tensor<32x32xf32>, %e: tensor<2x2x16x16xf32>) {
  // expected-error @below {{tiling factors must equal the number of dimensions to tile}}
  %0 = tensor.pack %w inner_dims_pos = [0] inner_tiles = [16, 16] into %e : tensor<32x32xf32> -> tensor<2x2x16x16xf32>
  return
}

// -----

func.func @f(%w: tensor<32x32xf32>, %e: tensor<2x32x16x1xf32>) {
  // expected-error @below {{packed rank must equal unpacked rank + tiling factors}}
  %0 = tensor.pack %w inner_dims_pos = [0] inner_tiles = [16] into %e : tensor<32x32xf32> -> tensor<2x32x16x1xf32>
  return
}

// -----

func.func @f(%w: tensor<30x32xf32>, %e: tensor<2x32x16xf32>) {
  // expected-error @below {{'tensor.pack' op invalid tile factor or output size provided. Only full tiles are supported when padding_value is not set}}
  %0 = tensor.pack %w inner_dims_pos = [0] inner_tiles = [16] into %e : tensor<30x32xf32> -> tensor<2x32x16xf32>
  return
}

// -----

func.func @f(%w: tensor<32x32xf32>, %e: tensor<1x32x16xf32>) {
  // expected-error @below {{the shape of output is not large enough to hold the packed data. Expected at least 'tensor<2x32x16xf32>', got 'tensor<1x32x16xf32>'}}
  %0 = tensor.pack %w inner_dims_pos = [0] inner_tiles = [16] into %e : tensor<32x32xf32> -> tensor<1x32x16xf32>
  return
}

// -----

func.func @f(%w: tensor<32x32xf32>, %e: tensor<2x32x8xf32>) {
  // expected-error @below {{the shape of output is not large enough to hold the packed data. Expected at least 'tensor<2x32x16xf32>', got 'tensor<2x32x8xf32>'}}
  %0 = tensor.pack %w inner_dims_pos = [0] inner_tiles = [16] into %e : tensor<32x32xf32> -> tensor<2x32x8xf32>
  return
}

// -----

func.func @f(%w: tensor<32x32xf32>, %e: tensor<2x32x16xf32>, %x: i32) {
  // expected-error @below {{'tensor.pack' op expected padding_value has 'f32' but got: 'i32'}}
  %0 = tensor.pack %w padding_value(%x : i32) inner_dims_pos = [0] inner_tiles = [16] into %e : tensor<32x32xf32> -> tensor<2x32x16xf32>
  return
}

// -----

func.func @f(%w: tensor<32x32xf32>, %e: tensor<2x32x16xf32>) {
  // expected-error @below {{tiling factors must equal the number of dimensions to tile}}
  %0 = tensor.unpack %e inner_dims_pos = [0, 1] inner_tiles = [16] into %w : tensor<2x32x16xf32> -> tensor<32x32xf32>
  return
}

// -----

func.func @f(%w: tensor<40x32xf32>, %e: tensor<2x32x16xf32>) {
  // expected-error @below {{the shape of output is not large enough to hold the packed data. Expected at least 'tensor<3x32x16xf32>', got 'tensor<2x32x16xf32>'}}
  %0 = tensor.unpack %e inner_dims_pos = [0] inner_tiles = [16] into %w : tensor<2x32x16xf32> -> tensor<40x32xf32>
  return
}

// -----

func.func @f(%w: tensor<32x32xf32>, %e: tensor<2x2x16x16xf32>) {
  // expected-error @below {{outer_dims_perm must be a permutation or empty}}
  %0 = tensor.pack %w outer_dims_perm = [0] inner_dims_pos = [0, 1] inner_tiles = [16, 16] into %e : tensor<32x32xf32> -> tensor<2x2x16x16xf32>
  return
}

// -----

func.func @f(%w: tensor<32xf32>, %e: tensor<2x2x16x16xf32>) {
  // expected-error @below {{invalid inner_dims_pos vector}}
  %0 = tensor.pack %w inner_dims_pos = [0, 1] inner_tiles = [16, 16] into %e : tensor<32xf32> -> tensor<2x2x16x16xf32>
  return
}
