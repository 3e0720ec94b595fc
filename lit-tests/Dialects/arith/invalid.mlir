// RUN: nest-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{'arith.addui_extended' op if an operand is non-scalar, then all results must be non-scalar}}
func.func @f(%a: vector<4xi32>, %b: i32) { "arith.addui_extended"(%a, %a) : (vector<4xi32>, vector<4xi32>) -> (vector<4xi32>, i1) return }

// -----

// expected-error@+1 {{'arith.extui' op operand type 'i32' and result type 'i8' are cast incompatible}}
func.func @f(%b: i32) { "arith.extui"(%b) : (i32) -> (i8) return }

// -----

// expected-error@+1 {{'arith.extui' op operand type 'i32' and result type 'i32' are cast incompatible}}
func.func @f(%b: i32) { "arith.extui"(%b) : (i32) -> (i32) return }

// -----

// expected-error@+1 {{'arith.trunci' op operand type 'i8' and result type 'i32' are cast incompatible}}
func.func @f(%b: i8) { "arith.trunci"(%b) : (i8) -> (i32) return }

// -----

// expected-error@+1 {{'arith.extf' op operand type 'f32' and result type 'f16' are cast incompatible}}
func.func @f(%b: f32) { "arith.extf"(%b) : (f32) -> (f16) return }

// -----

// expected-error@+1 {{'arith.truncf' op operand type 'f32' and result type 'f64' are cast incompatible}}
func.func @f(%b: f32) { "arith.truncf"(%b) : (f32) -> (f64) return }

// -----

// expected-error@+1 {{'arith.truncf' op operand type 'bf16' and result type 'f16' are cast incompatible}}
func.func @f(%b: bf16) { "arith.truncf"(%b) : (bf16) -> (f16) return }

// -----

// expected-error@+1 {{'arith.bitcast' op operand type 'f32' and result type 'i16' are cast incompatible}}
func.func @f(%b: f32) { "arith.bitcast"(%b) : (f32) -> (i16) return }

// -----

// expected-error@+1 {{'arith.index_cast' op operand type 'i32' and result type 'i16' are cast incompatible}}
func.func @f(%b: i32) { "arith.index_cast"(%b) : (i32) -> (i16) return }

// -----

// expected-error@+1 {{'arith.index_cast' op operand type 'index' and result type 'index' are cast incompatible}}
func.func @f(%b: index) { "arith.index_cast"(%b) : (index) -> (index) return }

// -----

// expected-error@+1 {{'arith.index_cast' op result #0 must be signless-integer-like or memref of signless-integer, but got 'f32'}}
func.func @f(%b: memref<4xi32>) { "arith.index_cast"(%b) : (memref<4xi32>) -> (f32) return }

// -----

// expected-error@+1 {{'arith.bitcast' op operand type 'index' and result type 'i64' are cast incompatible}}
func.func @f(%b: index) { "arith.bitcast"(%b) : (index) -> (i64) return }

// -----

// expected-error@+1 {{'arith.uitofp' op result #0 must be floating-point-like, but got 'i32'}}
func.func @f(%b: i32) { "arith.uitofp"(%b) : (i32) -> (i32) return }

// -----

// expected-error@+1 {{'arith.uitofp' op operand #0 must be signless-fixed-width-integer-like, but got 'index'}}
func.func @f(%b: index) { "arith.uitofp"(%b) : (index) -> (f32) return }

// -----

// expected-error@+1 {{invalid properties {predicate = 11 : i64} for op arith.cmpi: Invalid attribute `predicate` in property conversion: 11 : i64}}
func.func @f(%b: i32) { "arith.cmpi"(%b,%b) <{predicate=11:i64}>: (i32,i32) -> (i1) return }

// -----

// expected-error@+1 {{'arith.cmpi' op requires attribute 'predicate'}}
func.func @f(%b: i32) { "arith.cmpi"(%b,%b) : (i32,i32) -> (i1) return }

// -----

// expected-error@+1 {{'arith.cmpi' op result #0 must be bool-like, but got 'i32'}}
func.func @f(%b: i32) { "arith.cmpi"(%b,%b)  <{predicate=1:i64}> : (i32,i32) -> (i32) return }

// -----

// expected-error@+1 {{'arith.cmpi' op requires all operands to have the same type}}
func.func @f(%b: vector<4xi32>, %c: i32) { "arith.cmpi"(%b,%c)  <{predicate=1:i64}> : (vector<4xi32>, i32) -> (vector<4xi1>) return }

// -----

// expected-error@+1 {{'arith.select' op operand #0 must be bool-like, but got 'i32'}}
func.func @f(%b: vector<4xi32>, %c: i32) { "arith.select"(%c,%b, %b) : (i32, vector<4xi32>, vector<4xi32>) -> (vector<4xi32>) return }

// -----

// expected-error@+1 {{'arith.select' op failed to verify that all of {true_value, false_value, result} have same type}}
func.func @f(%b: i32, %c: i1) { "arith.select"(%c,%b, %c) : (i1, i32,i1) -> i32 return }

// -----

// expected-error@+1 {{'arith.select' op failed to verify that all of {true_value, false_value, result} have same type}}
func.func @f(%b: i32, %c: i1) { "arith.select"(%c,%b, %b) : (i1, i32,i32) -> i16 return }

// -----

// expected-error@+1 {{'arith.addi' op requires the same type for all operands and results}}
func.func @f(%b: i32) { "arith.addi"(%b, %b) : (i32, i32) -> i16 return }

// -----

// expected-error@+1 {{invalid properties {overflowFlags = 1 : i64} for op arith.addi: Invalid attribute `overflowFlags` in property conversion: 1 : i64}}
func.func @f(%b: i32) { "arith.addi"(%b, %b) <{overflowFlags = 1}> : (i32, i32) -> i32 return }

// -----

// expected-error@+1 {{'arith.addi' op attribute 'overflowFlags' failed to satisfy constraint: Integer overflow arith flags}}
func.func @f(%b: i32) { "arith.addi"(%b, %b) {overflowFlags = 1} : (i32, i32) -> i32 return }

// -----

// expected-error@+1 {{'arith.constant' op failed to verify that all of {value, result} have same type}}
func.func @f() { "arith.constant"() {value = 1:i32} : () -> i16 return }

// -----

// expected-error@+1 {{'arith.constant' op requires attribute 'value'}}
func.func @f() { "arith.constant"() : () -> i16 return }

// -----

// expected-error@+1 {{'arith.constant' op attribute 'value' failed to satisfy constraint: TypedAttr instance}}
func.func @f() { "arith.constant"() {value = [1]}: () -> i16 return }

// -----

// expected-error@+1 {{'arith.constant' op integer return type must be signless}}
func.func @f() { "arith.constant"() {value = 1:si32}: () -> si32 return }

// -----

// expected-error@+1 {{'arith.constant' op value must be an integer, float, or elements attribute}}
func.func @f() { "arith.constant"() {value = "a"}: () -> none return }

// -----

// expected-error@+1 {{'arith.constant' op intializing scalable vectors with elements attribute is not supported unless it's a vector splat}}
func.func @f() { arith.constant dense<1> : vector<[4]xi32> arith.constant dense<[1,2]> : vector<[2]xi32> return }

// -----

// expected-error@+1 {{'arith.constant' op value must be an integer, float, or elements attribute}}
func.func @f() { arith.constant "foo" : i32 return }

// -----

// expected-error@+1 {{custom op 'arith.constant' invalid kind of attribute specified}}
func.func @f() { arith.constant unit return }

// -----

// expected-error@+1 {{custom op 'arith.cmpi' expected string or keyword containing one of the following enum values for attribute 'predicate' [eq, ne, slt, sle, sgt, sge, ult, ule, ugt, uge]}}
func.func @f(%b: i32) { arith.cmpi foo, %b, %b : i32 return }

// -----

// expected-error@+1 {{custom op 'arith.cmpi' invalid predicate attribute specification: "foo"}}
func.func @f(%b: i32) { arith.cmpi "slt", %b, %b : i32 arith.cmpi "foo", %b, %b : i32  return }

// -----

// expected-error@+1 {{expected ':'}}
func.func @f(%b: f64) { arith.truncf %b foo : f64 to f32 return }

// -----

// expected-note@+2 {{prior use here}}
// expected-error@+1 {{use of value '%c' expects different type than prior uses: 'i1' vs 'vector<4xi1>'}}
func.func @f(%c: vector<4xi1>, %b: f64) { arith.select %c, %b, %b : f64 return }

// -----

// expected-error@+1 {{'arith.select' op failed to verify that condition is signless i1 or has matching shape}}
func.func @f(%c: tensor<4xi1>, %b: tensor<?xf64>) { arith.select %c, %b, %b : tensor<4xi1>, tensor<?xf64> return }

// -----

// expected-error@+1 {{'arith.bitcast' op if a result is non-scalar, then at least one operand must be non-scalar}}
func.func @f(%b: memref<4xi32>) { "arith.bitcast"(%b) : (memref<4xi32>) -> (vector<4xf32>) return }

// -----

// expected-error@+1 {{'arith.bitcast' op operand type 'memref<4xindex>' and result type 'memref<4xf64>' are cast incompatible}}
func.func @f(%b: memref<4xindex>) { "arith.bitcast"(%b) : (memref<4xindex>) -> (memref<4xf64>) return }

// -----

// expected-error@+1 {{'arith.select' op failed to verify that all of {true_value, false_value, result} have same type}}
func.func @f(%b: tensor<4xi32>, %c: i1) { "arith.select"(%c, %b, %b) : (i1, tensor<4xi32>, tensor<4xi32>) -> (tensor<?xi32>) return }

// -----

// expected-error@+1 {{'arith.select' op failed to verify that condition is signless i1 or has matching shape}}
func.func @f(%b: tensor<4xi32>, %c: tensor<?xi1>) { "arith.select"(%c, %b, %b) : (tensor<?xi1>, tensor<4xi32>, tensor<4xi32>) -> (tensor<4xi32>) return }

// -----

// expected-error@+1 {{'arith.cmpi' op failed to verify that result type has i1 element type and same shape as operands}}
func.func @f(%b: tensor<4xi32>, %c: i1) { "arith.cmpi"(%b, %b) {predicate = 1: i64} : (tensor<4xi32>, tensor<4xi32>) -> (tensor<?xi1>) return }

// -----

// expected-error@+1 {{'arith.select' op if an operand is non-scalar, then there must be at least one non-scalar result}}
func.func @f(%b: memref<4xi32>, %c: vector<4xi1>) { "arith.select"(%c, %b, %b) : (vector<4xi1>, memref<4xi32>, memref<4xi32>) -> (memref<4xi32>) return }

// -----

// expected-error@+1 {{'arith.addui_extended' op all non-scalar operands/results must have the same shape and base type}}
func.func @f(%b: tensor<4xi32>) { "arith.addui_extended"(%b, %b) : (tensor<4xi32>,tensor<4xi32>) -> (tensor<4xi32>, tensor<3xi1>) return }

// -----

// expected-error@+1 {{'arith.addui_extended' op all non-scalar operands/results must have the same shape and base type}}
func.func @f(%b: tensor<4xi32>) { "arith.addui_extended"(%b, %b) : (tensor<4xi32>,tensor<4xi32>) -> (tensor<4xi32>, vector<4xi1>) return }

// -----

// expected-error@+1 {{'arith.extui' op failed to verify that input and output have the same tensor dimensions}}
func.func @f(%b: tensor<*xi8>) { arith.extui %b : tensor<*xi8> to tensor<*xi32> return }

// -----

// expected-error@+1 {{'arith.extf' op operand type 'tensor<4xf16>' and result type 'tensor<4xf32, "e">' are cast incompatible}}
func.func @f(%b: tensor<4xf16>) { arith.extf %b : tensor<4xf16> to tensor<4xf32, "e"> return }

// -----

// expected-error@+1 {{'arith.select' op all non-scalar operands/results must have the same shape and base type}}
func.func @f(%c: tensor<i1>, %b: vector<f32>) { arith.select %c, %b, %b : tensor<i1>, vector<f32> return }

// -----

// expected-error@+1 {{custom op 'arith.select' expected 3 operands}}
func.func @f(%c: i1, %b: f32) { arith.select %c, %b : f32 return }

// -----

// expected-error@+1 {{expected operand}}
func.func @f(%c: i1, %b: f32) { arith.select : f32 return }

// -----

// The type is looked at before the operands are.
// expected-error@+1 {{custom op 'arith.cmpf' 'lhs' must be floating-point-like, but got 'i32'}}
func.func @f(%b: f32) { arith.cmpf oeq, %b, %b : i32 return }

// -----

// expected-error@+1 {{expected valid keyword}}
func.func @f(%b: f32) { arith.addf %b, %b fastmath<nnan,> : f32 return }
