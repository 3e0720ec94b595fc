// RUN: nest-opt %s -split-input-file -verify-diagnostics

func.func @shapes(%a: tensor<2x3xf32>, %b: tensor<4x5xf32>) {
  // expected-error@+1 {{'graph.add' op shapes 2x3 and 4x5 cannot be broadcast together [T1]}}
  %0 = graph.add %a, %b : (tensor<2x3xf32>, tensor<4x5xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @axis(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>) {
  // expected-error@+1 {{'graph.concat' op axis 2 is out of range for rank 2 [T1]}}
  %0 = graph.concat %a, %b {axis = 2 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x6xf32>
  return
}

// -----

func.func @result(%a: tensor<2x3xf32>) {
  // expected-error@+1 {{'graph.transpose' op result 0 has type 'tensor<2x3xf32>', but its operands give 'tensor<3x2xf32>' [T2]}}
  %0 = graph.transpose %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

// What is open may be known elsewhere.
func.func @open(%a: tensor<?x3xf32>, %b: tensor<*xf32>) {
  %0 = graph.relu %a : (tensor<?x3xf32>) -> tensor<4x3xf32>
  %1 = graph.relu %b : (tensor<*xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @elements(%a: tensor<2xf32>, %b: tensor<2xi32>) {
  // expected-error@+1 {{'graph.mul' op operand 1 has elements of type 'i32', operand 0 has 'f32' [T3]}}
  %0 = graph.mul %a, %b : (tensor<2xf32>, tensor<2xi32>) -> tensor<2xf32>
  return
}

// -----

func.func @elements_of_product(%a: tensor<2x2xf32>, %b: tensor<2x2xf64>) {
  // expected-error@+1 {{'graph.matmul' op operand 1 has elements of type 'f64', operand 0 has 'f32' [T3]}}
  %0 = graph.matmul %a, %b : (tensor<2x2xf32>, tensor<2x2xf64>) -> tensor<2x2xf32>
  return
}

// -----

func.func @kind(%a: tensor<2xi32>) {
  // expected-error@+1 {{'graph.det' op operand #0 must be tensor of floating-point values, but got 'tensor<2xi32>'}}
  %0 = graph.det %a : (tensor<2xi32>) -> tensor<f32>
  return
}

// -----

// expected-error@+1 {{unknown type in dialect `graph`; it has `string`, `sequence` and `optional`}}
func.func private @type(!graph.list<tensor<f32>>)

// -----

func.func @constant() {
  // expected-error@+1 {{'graph.constant' op the value is not of the type 'tensor<3xf32>' [C1]}}
  %0 = "graph.constant"() <{value = dense<1.0> : tensor<2xf32>}> : () -> tensor<3xf32>
  return
}

// -----

func.func @yield(%a: tensor<f32>) {
  // expected-error@+1 {{'graph.yield' op does not stand in a region of a graph operation but in 'func.func' [C1]}}
  graph.yield %a : tensor<f32>
}

// -----

func.func @if_condition(%c: tensor<2xi1>) {
  // expected-error@+1 {{'graph.if' op the condition has type 'tensor<2xi1>' [C1]}}
  graph.if %c : (tensor<2xi1>) -> () {
    graph.yield
  } else {
    graph.yield
  }
  return
}

// -----

func.func @if_yields(%c: tensor<i1>, %x: tensor<f32>) {
  // expected-error@+1 {{'graph.if' op a region yields 0 values, not 1 [C2]}}
  %0 = graph.if %c : (tensor<i1>) -> tensor<f32> {
    graph.yield %x : tensor<f32>
  } else {
    graph.yield
  }
  return
}

// -----

func.func @if_types(%c: tensor<i1>, %x: tensor<f32>, %y: tensor<i32>) {
  // expected-error@+1 {{'graph.if' op yielded value 0 has type 'tensor<i32>', where 'tensor<f32>' is expected [C3]}}
  %0 = graph.if %c : (tensor<i1>) -> tensor<f32> {
    graph.yield %x : tensor<f32>
  } else {
    graph.yield %y : tensor<i32>
  }
  return
}

// -----

func.func @loop_arguments(%n: tensor<i64>, %x: tensor<f32>) {
  // expected-error@+1 {{'graph.loop' op the body takes 2 values, not 3 [C1]}}
  %0 = graph.loop count %n carry(%x) : (tensor<i64>, tensor<f32>) -> tensor<f32> {
  ^bb0(%i: tensor<i64>, %going: tensor<i1>):
    graph.yield %going, %x : tensor<i1>, tensor<f32>
  }
  return
}

// -----

func.func @loop_yields(%n: tensor<i64>, %x: tensor<f32>) {
  // expected-error@+1 {{'graph.loop' op a region yields 1 values, not 2 [C2]}}
  %0 = graph.loop count %n carry(%x) : (tensor<i64>, tensor<f32>) -> tensor<f32> {
  ^bb0(%i: tensor<i64>, %going: tensor<i1>, %y: tensor<f32>):
    graph.yield %going : tensor<i1>
  }
  return
}

// -----

func.func @loop_carried(%n: tensor<i64>, %x: tensor<f32>) {
  // expected-error@+1 {{'graph.loop' op yielded value 1 has type 'tensor<2xf32>', where 'tensor<f32>' is expected [C3]}}
  %0 = graph.loop count %n carry(%x) : (tensor<i64>, tensor<f32>) -> tensor<f32> {
  ^bb0(%i: tensor<i64>, %going: tensor<i1>, %y: tensor<f32>):
    %z = graph.constant dense<0.0> : tensor<2xf32>
    graph.yield %going, %z : tensor<i1>, tensor<2xf32>
  }
  return
}

// -----

func.func @loop_collected(%n: tensor<i64>) {
  // expected-error@+1 {{'graph.loop' op yielded value 1 has type 'tensor<2xf32>', and result 0 'tensor<2xf32>' [C4]}}
  %0 = graph.loop count %n : (tensor<i64>) -> tensor<2xf32> {
  ^bb0(%i: tensor<i64>, %going: tensor<i1>):
    %z = graph.constant dense<0.0> : tensor<2xf32>
    graph.yield %going, %z : tensor<i1>, tensor<2xf32>
  }
  return
}

// -----

func.func @scan_arguments(%x: tensor<4xf32>) {
  // expected-error@+1 {{'graph.scan' op the body takes 0 values, not 1 [C1]}}
  graph.scan over(%x) : (tensor<4xf32>) -> () {
    graph.yield
  }
  return
}

// -----

func.func @scan_yields(%x: tensor<4xf32>) {
  // expected-error@+1 {{'graph.scan' op a region yields 0 values, not 1 [C2]}}
  %0 = graph.scan over(%x) : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%e: tensor<f32>):
    graph.yield
  }
  return
}

// -----

func.func @scan_carried(%s: tensor<i32>, %x: tensor<4xf32>) {
  // expected-error@+1 {{'graph.scan' op yielded value 0 has type 'tensor<f32>', where 'tensor<i32>' is expected [C3]}}
  %0 = graph.scan carry(%s) over(%x) : (tensor<i32>, tensor<4xf32>) -> tensor<i32> {
  ^bb0(%sum: tensor<i32>, %e: tensor<f32>):
    graph.yield %e : tensor<f32>
  }
  return
}

// -----

func.func @scan_axes(%x: tensor<4xf32>) {
  // expected-error@+1 {{'graph.scan' op scan_input_axes has 2 entries, not 1 [C4]}}
  %0 = graph.scan over(%x) {scan_input_axes = array<i64: 0, 0>} : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%e: tensor<f32>):
    graph.yield %e : tensor<f32>
  }
  return
}

// -----

func.func @map_operand(%x: tensor<4xf32>) {
  // expected-error@+1 {{'graph.sequence_map' op the first operand is no sequence but 'tensor<4xf32>' [C1]}}
  %0 = graph.sequence_map over(%x) : (tensor<4xf32>) -> !graph.sequence<tensor<4xf32>> {
  ^bb0(%e: tensor<4xf32>):
    graph.yield %e : tensor<4xf32>
  }
  return
}

// -----

func.func @map_yields(%x: !graph.sequence<tensor<f32>>) {
  // expected-error@+1 {{'graph.sequence_map' op a region yields 0 values, not 1 [C2]}}
  %0 = graph.sequence_map over(%x) : (!graph.sequence<tensor<f32>>) -> !graph.sequence<tensor<f32>> {
  ^bb0(%e: tensor<f32>):
    graph.yield
  }
  return
}

// -----

func.func @direction(%x: tensor<5x2x3xf32>, %w: tensor<1x4x3xf32>, %r: tensor<1x4x4xf32>) {
  // expected-error@+1 {{'graph.rnn' op the direction 'sideways' is not forward, reverse or bidirectional [C1]}}
  %0:2 = graph.rnn %x, %w, %r {direction = "sideways"} : (tensor<5x2x3xf32>, tensor<1x4x3xf32>, tensor<1x4x4xf32>) -> (tensor<*xf32>, tensor<*xf32>)
  return
}

// -----

func.func @activation(%x: tensor<5x2x3xf32>, %w: tensor<1x4x3xf32>, %r: tensor<1x4x4xf32>) {
  // expected-error@+1 {{'graph.rnn' op an activation is not known [C2]}}
  %0:2 = graph.rnn %x, %w, %r {activations = ["Cube"]} : (tensor<5x2x3xf32>, tensor<1x4x3xf32>, tensor<1x4x4xf32>) -> (tensor<*xf32>, tensor<*xf32>)
  return
}

// -----

func.func @features(%x: tensor<5x2x3xf32>, %w: tensor<1x4x7xf32>, %r: tensor<1x4x4xf32>) {
  // expected-error@+1 {{'graph.rnn' op the weight takes 7 features, the input has 3 [C3]}}
  %0:2 = graph.rnn %x, %w, %r : (tensor<5x2x3xf32>, tensor<1x4x7xf32>, tensor<1x4x4xf32>) -> (tensor<*xf32>, tensor<*xf32>)
  return
}

// -----

func.func @gru_direction(%x: tensor<5x2x3xf32>, %w: tensor<1x12x3xf32>, %r: tensor<1x12x4xf32>) {
  // expected-error@+1 {{'graph.gru' op the direction '' is not forward, reverse or bidirectional [C1]}}
  %0:2 = graph.gru %x, %w, %r {direction = ""} : (tensor<5x2x3xf32>, tensor<1x12x3xf32>, tensor<1x12x4xf32>) -> (tensor<*xf32>, tensor<*xf32>)
  return
}

// -----

func.func @gru_activation(%x: tensor<5x2x3xf32>, %w: tensor<1x12x3xf32>, %r: tensor<1x12x4xf32>) {
  // expected-error@+1 {{'graph.gru' op an activation is not known [C2]}}
  %0:2 = graph.gru %x, %w, %r {activations = [1]} : (tensor<5x2x3xf32>, tensor<1x12x3xf32>, tensor<1x12x4xf32>) -> (tensor<*xf32>, tensor<*xf32>)
  return
}

// -----

func.func @gru_gates(%x: tensor<5x2x3xf32>, %w: tensor<1x4x3xf32>, %r: tensor<1x4x4xf32>) {
  // expected-error@+1 {{'graph.gru' op the weights are not those of 3 gates of 4 units [C3]}}
  %0:2 = graph.gru %x, %w, %r : (tensor<5x2x3xf32>, tensor<1x4x3xf32>, tensor<1x4x4xf32>) -> (tensor<*xf32>, tensor<*xf32>)
  return
}

// -----

func.func @lstm_direction(%x: tensor<5x2x3xf32>, %w: tensor<1x16x3xf32>, %r: tensor<1x16x4xf32>) {
  // expected-error@+1 {{'graph.lstm' op the direction 'both' is not forward, reverse or bidirectional [C1]}}
  %0:3 = graph.lstm %x, %w, %r {direction = "both"} : (tensor<5x2x3xf32>, tensor<1x16x3xf32>, tensor<1x16x4xf32>) -> (tensor<*xf32>, tensor<*xf32>, tensor<*xf32>)
  return
}

// -----

func.func @lstm_activation(%x: tensor<5x2x3xf32>, %w: tensor<1x16x3xf32>, %r: tensor<1x16x4xf32>) {
  // expected-error@+1 {{'graph.lstm' op an activation is not known [C2]}}
  %0:3 = graph.lstm %x, %w, %r {activations = ["Sigmoid", "Tanh", "?"]} : (tensor<5x2x3xf32>, tensor<1x16x3xf32>, tensor<1x16x4xf32>) -> (tensor<*xf32>, tensor<*xf32>, tensor<*xf32>)
  return
}

// -----

func.func @lstm_directions(%x: tensor<5x2x3xf32>, %w: tensor<1x16x3xf32>, %r: tensor<1x16x4xf32>) {
  // expected-error@+1 {{'graph.lstm' op the weights are of 1 and 1 directions, not 2 [C3]}}
  %0:3 = graph.lstm %x, %w, %r {direction = "bidirectional"} : (tensor<5x2x3xf32>, tensor<1x16x3xf32>, tensor<1x16x4xf32>) -> (tensor<*xf32>, tensor<*xf32>, tensor<*xf32>)
  return
}

// -----

func.func @resize_nothing(%x: tensor<1x1x4x4xf32>) {
  // expected-error@+1 {{'graph.resize' op neither scales nor sizes are given [C1]}}
  %0 = graph.resize %x : (tensor<1x1x4x4xf32>) -> tensor<*xf32>
  return
}

// -----

func.func @resize_mode(%x: tensor<1x1x4x4xf32>, %s: tensor<4xi64>) {
  // expected-error@+1 {{'graph.resize' op the mode 'quintic' is not nearest, linear or cubic [C2]}}
  %0 = graph.resize %x sizes %s {mode = "quintic"} : (tensor<1x1x4x4xf32>, tensor<4xi64>) -> tensor<*xf32>
  return
}

// -----

func.func @resize_coordinates(%x: tensor<1x1x4x4xf32>, %s: tensor<4xi64>) {
  // expected-error@+1 {{'graph.resize' op the coordinate transformation 'polar' is not known [C3]}}
  %0 = graph.resize %x sizes %s {coordinate_transformation_mode = "polar"} : (tensor<1x1x4x4xf32>, tensor<4xi64>) -> tensor<*xf32>
  return
}

// -----

func.func @grid(%x: tensor<1x1x4x4xf32>, %g: tensor<1x2x2x2xf32>) {
  // expected-error@+1 {{'graph.grid_sample' op the padding 'none' is not zeros, border or reflection [C1]}}
  %0 = graph.grid_sample %x, %g {padding_mode = "none"} : (tensor<1x1x4x4xf32>, tensor<1x2x2x2xf32>) -> tensor<1x1x2x2xf32>
  return
}

// -----

func.func @eye(%x: tensor<2x2x2xf32>) {
  // expected-error@+1 {{'graph.eye_like' op 'tensor<2x2x2xf32>' is no matrix [C1]}}
  %0 = graph.eye_like %x : (tensor<2x2x2xf32>) -> tensor<2x2x2xf32>
  return
}

// -----

func.func @roi(%x: tensor<1x1x4x4xf32>, %r: tensor<2x4xf32>, %b: tensor<2xi64>) {
  // expected-error@+1 {{'graph.roi_align' op the mode 'min' is not avg or max [C1]}}
  %0 = graph.roi_align %x, %r, %b {mode = "min"} : (tensor<1x1x4x4xf32>, tensor<2x4xf32>, tensor<2xi64>) -> tensor<*xf32>
  return
}

// -----

func.func @roi_pool(%x: tensor<1x1x4x4xf32>, %r: tensor<2x5xf32>) {
  // expected-error@+1 {{'graph.max_roi_pool' op the pooled shape has 1 extents, not 2 [C1]}}
  %0 = graph.max_roi_pool %x, %r {pooled_shape = array<i64: 2>} : (tensor<1x1x4x4xf32>, tensor<2x5xf32>) -> tensor<*xf32>
  return
}

// -----

func.func @loss(%x: tensor<2x3xf32>, %t: tensor<2xi64>) {
  // expected-error@+1 {{'graph.negative_log_likelihood_loss' op the reduction 'most' is not none, sum or mean [C1]}}
  %0 = graph.negative_log_likelihood_loss %x, %t {reduction = "most"} : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<f32>
  return
}

// -----

func.func @entropy(%x: tensor<2x3xf32>, %t: tensor<2xi64>) {
  // expected-error@+1 {{'graph.softmax_cross_entropy_loss' op the reduction 'most' is not none, sum or mean [C1]}}
  %0:2 = graph.softmax_cross_entropy_loss %x, %t {reduction = "most"} : (tensor<2x3xf32>, tensor<2xi64>) -> (tensor<f32>, tensor<2x3xf32>)
  return
}

// -----

func.func @normalization(%x: tensor<2x3xf32>, %s: tensor<3xf32>) {
  // expected-error@+1 {{'graph.layer_normalization' op there are 2 results [C1]}}
  %0:2 = graph.layer_normalization %x, %s : (tensor<2x3xf32>, tensor<3xf32>) -> (tensor<2x3xf32>, tensor<2x1xf32>)
  return
}

// -----

func.func @qlinear(%a: tensor<2x2xui8>, %s: tensor<f32>, %z: tensor<ui8>) {
  // expected-error@+1 {{'graph.qlinear_matmul' op there are 9 operands [C1]}}
  %0 = graph.qlinear_matmul %a, %s, %z, %a, %s, %z, %s, %z, %z : (tensor<2x2xui8>, tensor<f32>, tensor<ui8>, tensor<2x2xui8>, tensor<f32>, tensor<ui8>, tensor<f32>, tensor<ui8>, tensor<ui8>) -> tensor<2x2xui8>
  return
}

// -----

func.func @words(%x: tensor<3x!graph.string>) {
  // expected-error@+1 {{'graph.string_normalizer' op the change of case 'title' is not LOWER, UPPER or NONE [C1]}}
  %0 = graph.string_normalizer %x {case_change_action = "title"} : (tensor<3x!graph.string>) -> tensor<?x!graph.string>
  return
}

// -----

func.func @grams(%x: tensor<3xi64>) {
  // expected-error@+1 {{'graph.tf_idf_vectorizer' op the mode 'BM25' is not TF, IDF or TFIDF [C1]}}
  %0 = graph.tf_idf_vectorizer %x {mode = "BM25", min_gram_length = 1 : i64, max_gram_length = 1 : i64, max_skip_count = 0 : i64, ngram_counts = array<i64: 0>, ngram_indexes = array<i64: 0>} : (tensor<3xi64>) -> tensor<1xf32>
  return
}

// -----

func.func @pool(%x: tensor<3xi64>) {
  // expected-error@+1 {{'graph.tf_idf_vectorizer' op there is no pool [C2]}}
  %0 = graph.tf_idf_vectorizer %x {mode = "TF", min_gram_length = 1 : i64, max_gram_length = 1 : i64, max_skip_count = 0 : i64, ngram_counts = array<i64: 0>, ngram_indexes = array<i64: 0>} : (tensor<3xi64>) -> tensor<1xf32>
  return
}

// -----

func.func @adagrad(%r: tensor<f32>, %t: tensor<i64>, %x: tensor<2xf32>) {
  // expected-error@+1 {{'graph.adagrad' op 4 operands and 2 results are not those of tensors with 2 values each [C1]}}
  %0:2 = graph.adagrad %r, %t, %x, %x : (tensor<f32>, tensor<i64>, tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
  return
}

// -----

func.func @adam(%r: tensor<f32>, %t: tensor<i64>, %x: tensor<2xf32>) {
  // expected-error@+1 {{'graph.adam' op 5 operands and 3 results are not those of tensors with 3 values each [C1]}}
  %0:3 = graph.adam %r, %t, %x, %x, %x : (tensor<f32>, tensor<i64>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>)
  return
}

// -----

func.func @momentum(%r: tensor<f32>, %t: tensor<i64>, %x: tensor<2xf32>) {
  // expected-error@+1 {{'graph.momentum' op 5 operands and 1 results are not those of tensors with 2 values each [C1]}}
  %0 = graph.momentum %r, %t, %x, %x, %x {alpha = 0.0 : f32, beta = 0.0 : f32, mode = "standard", norm_coefficient = 0.0 : f32} : (tensor<f32>, tensor<i64>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @gelu(%x: tensor<2xf32>) {
  // expected-error@+1 {{'graph.gelu' op approximate is 'none' or 'tanh', not 'sine' [C1]}}
  %0 = graph.gelu %x {approximate = "sine"} : (tensor<2xf32>) -> tensor<2xf32>
  return
}
