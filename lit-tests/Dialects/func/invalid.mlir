// RUN: nest-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{custom op 'func.func' expected type instead of SSA identifier}}
func.func @f(i32, %b: i32) { return }

// -----

// expected-error@+1 {{custom op 'func.func' expected SSA identifier}}
func.func @f(%a: i32, i32) { return }

// -----

// expected-error@+1 {{'func.func' op entry block must have 1 arguments to match function signature}}
func.func @f(i32) { return }

// -----

// expected-error@+1 {{'func.func' op symbol declaration cannot have public visibility}}
func.func @f(%a: i32 {x}) 

// -----

// expected-error@+1 {{'func.func' op symbol declaration cannot have public visibility}}
func.func @f(%a: i32 {a.x}) 

// -----

// expected-error@+1 {{'func.func' op symbol declaration cannot have public visibility}}
func.func @f() -> i32 

// -----

// expected-error@+1 {{custom op 'func.func' expected valid '@'-identifier for symbol name}}
func.func foo @f() -> i32 

// -----

// expected-error@+1 {{'func.func' op symbol declaration cannot have public visibility}}
func.func public @f() -> i32 

// -----

// expected-error@+1 {{custom op 'func.func' 'sym_name' is an inferred attribute and should not be specified in the explicit attribute dictionary}}
func.func @f() -> i32 attributes {sym_name = "x"} { return}

// -----

// expected-error@+1 {{custom op 'func.func' 'sym_visibility' is an inferred attribute and should not be specified in the explicit attribute dictionary}}
func.func @f() attributes {sym_visibility = "x"} { return}

// -----

// expected-error@+1 {{custom op 'func.func' 'function_type' is an inferred attribute and should not be specified in the explicit attribute dictionary}}
func.func @f() attributes {function_type = i32} { return}

// -----

// expected-error@+1 {{custom op 'func.func' expected SSA identifier}}
func.func @f(%a: i32, ...) attributes {no_inline} { return}

// -----

// expected-error@+1 {{expected non-function type}}
func.func @f(...) attributes {no_inline} { return}

// -----

// expected-error@+1 {{custom op 'func.func' expected non-empty function body}}
func.func @f() {  }

// -----

// expected-error@+1 {{'func.func' op entry block must have 0 arguments to match function signature}}
func.func @f() { ^bb0(%a: i32): return }

// -----

// expected-error@+1 {{invalid block name in region with named arguments}}
func.func @f(%a: i32) { ^bb0(%a: i32): return }

// -----

// expected-error@+1 {{'func.func' op entry block must have 0 arguments to match function signature}}
"func.func"() <{function_type = () -> (), sym_name = "f"}> ({ ^bb0(%a: i32): "func.return"() : () -> () }) : () -> ()

// -----

// expected-error@+1 {{'func.func' op type of entry block argument #0('i32') must match the type of the corresponding argument in function signature('i64')}}
"func.func"() <{function_type = (i64) -> (), sym_name = "f"}> ({ ^bb0(%a: i32): "func.return"() : () -> () }) : () -> ()

// -----

// expected-error@+1 {{'func.func' op requires attribute 'sym_name'}}
"func.func"() <{function_type = () -> ()}> ({ ^bb0: "func.return"() : () -> () }) : () -> ()

// -----

// expected-error@+1 {{'func.func' op expects argument attribute array to have the same number of elements as the number of function arguments, got 0, but expected 1}}
"func.func"() <{function_type = (i32) -> (), sym_name = "f", arg_attrs = []}> ({ ^bb0(%a: i32): "func.return"() : () -> () }) : () -> ()

// -----

// expected-error@+1 {{'func.func' op attribute 'arg_attrs' failed to satisfy constraint: Array of dictionary attributes}}
"func.func"() <{function_type = (i32) -> (), sym_name = "f", arg_attrs = [1]}> ({ ^bb0(%a: i32): "func.return"() : () -> () }) : () -> ()

// -----

// expected-error@+1 {{'func.func' op arguments may only have dialect attributes}}
"func.func"() <{function_type = (i32) -> (), sym_name = "f", arg_attrs = [{a}]}> ({ ^bb0(%a: i32): "func.return"() : () -> () }) : () -> ()

// -----

// expected-error@+1 {{'func.func' op expects result attribute array to have the same number of elements as the number of function results, got 1, but expected 0}}
"func.func"() <{function_type = (i32) -> (), sym_name = "f", res_attrs = [{a}]}> ({ ^bb0(%a: i32): "func.return"() : () -> () }) : () -> ()

// -----

// expected-error@+1 {{'func.func' op visibility expected to be one of ["public", "private", "nested"], but got "foo"}}
"func.func"() <{function_type = (i32) -> (), sym_name = "f", sym_visibility = "foo"}> ({ ^bb0(%a: i32): "func.return"() : () -> () }) : () -> ()

// -----

// expected-error@+1 {{invalid properties {function_type = (i32) -> (), sym_name = "f", sym_visibility = 1 : i64} for op func.func: Invalid attribute `sym_visibility` in property conversion: 1 : i64}}
"func.func"() <{function_type = (i32) -> (), sym_name = "f", sym_visibility = 1}> ({ ^bb0(%a: i32): "func.return"() : () -> () }) : () -> ()

// -----

// expected-error@+1 {{'func.func' op symbol declaration cannot have public visibility}}
"func.func"() <{function_type = (i32) -> (), sym_name = "f"}> ({  }) : () -> ()

// -----

// expected-error@+1 {{'func.return' op has 0 operands, but enclosing function (@f) returns 1}}
func.func @f() -> i32 { return }

// -----

// expected-error@+1 {{type of return operand 0 ('i64') doesn't match function result type ('i32') in function @f}}
func.func @f(%a: i64) -> i32 { return %a : i64 }

// -----

// expected-note@+2 {{prior use here}}
// expected-error@+1 {{use of value '%a' expects different type than prior uses: 'i32' vs 'i64'}}
func.func @f(%a: i64) -> i32 { return %a : i32 }

// -----

// expected-error@+1 {{'func.func' op symbol declaration cannot have public visibility}}
func.func @g(i32) -> i32
func.func @f(%a: i64) { call @g() : () -> () return }

// -----

func.func private @g(i32) -> i32
// expected-error@+1 {{'func.call' op operand type mismatch: expected operand type 'i32', but provided 'i64' for operand number 0}}
func.func @f(%a: i64) { call @g(%a) : (i64) -> () return }

// -----

func.func private @g(i32) -> i32
// expected-error@+1 {{'func.call' op incorrect number of results for callee}}
func.func @f(%a: i32) { call @g(%a) : (i32) -> () return }

// -----

func.func private @g(i32) -> i32
// expected-error@+1 {{'func.constant' op reference to function with mismatched type}}
func.func @f(%a: i32) { func.constant @g : i32 return }

// -----

func.func private @g(i32) -> i32
// expected-error@+1 {{'func.constant' op reference to function with mismatched type}}
func.func @f(%a: i32) { func.constant @g : () -> i32 return }

// -----

func.func private @g(i32) -> i32
// expected-error@+1 {{'func.constant' op reference to undefined function 'h'}}
func.func @f(%a: i32) { func.constant @h : () -> i32 return }

// -----

// expected-error@+1 {{custom op 'func.call_indirect' invalid kind of type specified}}
func.func @f(%a: i32) { call_indirect %a() : i32 return }

// -----

// expected-note@+2 {{prior use here}}
// expected-error@+1 {{use of value '%a' expects different type than prior uses: '() -> i32' vs 'i32'}}
func.func @f(%a: i32) { call_indirect %a(%a) : () -> i32 return }

// -----

// expected-note@+2 {{prior use here}}
// expected-error@+1 {{use of value '%a' expects different type than prior uses: '(i64) -> i32' vs '(i32) -> i32'}}
func.func @f(%a: (i32) -> i32, %b: i64) { call_indirect %a(%b) : (i64) -> i32 return }

// -----

// expected-error@+1 {{'func.call_indirect' op failed to verify that callee input types match argument types}}
func.func @f(%a: (i32) -> i32, %b: i64) { "func.call_indirect"(%a, %b) : ((i32) -> i32, i64) -> i32 return }

// -----

// expected-error@+1 {{'func.call_indirect' op failed to verify that callee result types match result types}}
func.func @f(%a: (i32) -> i32, %b: i32) { "func.call_indirect"(%a, %b) : ((i32) -> i32, i32) -> i64 return }

// -----

// expected-error@+1 {{'func.func' op symbol's parent must have the SymbolTable trait}}
func.func @f() { func.func @g() { return } return }

// -----

// expected-error@+1 {{'func.return' op expects parent op 'func.func'}}
module { func.return }

// -----

// expected-error@+1 {{'func.func' op expects argument attribute array to have the same number of elements as the number of function arguments, got 2, but expected 1}}
"func.func"() <{function_type = (i32) -> (), sym_name = "f", arg_attrs = [{a.b}, {}]}> ({ ^bb0(%a: i32): "func.return"() : () -> () }) : () -> ()

// -----

// expected-error@+1 {{'func.func' op expects result attribute array to have the same number of elements as the number of function results, got 2, but expected 0}}
"func.func"() <{function_type = (i32) -> (), sym_name = "f", res_attrs = [{a.b}, {}]}> ({ ^bb0(%a: i32): "func.return"() : () -> () }) : () -> ()

// -----

// expected-error@+1 {{expected ')'}}
func.func @f(%x : i32 loc("a":1:2) {a.b}) { return }

// -----

// expected-error@+1 {{expected ':'}}
func.func @f(%x) { return }

// -----

// expected-error@+1 {{expected ')'}}
func.func @f(%x: i32 { return }

// -----

// expected-error@+1 {{expected '('}}
func.func @f -> i32

// -----

// expected-error@+1 {{custom op 'func.func' expected valid '@'-identifier for symbol name}}
func.func f()

// -----

// expected-error@+1 {{expected non-function type}}
func.func @f() -> (i32, ) { return }

// -----

// expected-error@+1 {{expected non-function type}}
func.func @f() -> foo { return }

// -----

// expected-error@+1 {{'func.return' op has 0 operands, but enclosing function (@f) returns 1}}
func.func @f() -> (() -> ()) { return }

// -----

// expected-error@+1 {{expected operation name in quotes}}
func.func @f() -> () -> () { return }

// -----

// Where the brace before the second function is missing, its names show it.
func.func @f(%a: i32) {
  // expected-note@-1 {{previously referenced here}}
  return
// expected-error@+1 {{region entry argument '%a' is already in use}}
func.func @g(%a: i32) {
  return
}

// -----

func.func @f(%c: (i32) -> ()) {
  // expected-error@+1 {{0 operands present, but expected 1}}
  func.call_indirect %c() : (i32) -> ()
  return
}
