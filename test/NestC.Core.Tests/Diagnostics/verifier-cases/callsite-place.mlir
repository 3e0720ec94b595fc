// expected-error @+2 {{expected 2 operands}}
"arith.addi"() : () -> i32 loc(callsite("callsite-place.mlir":3:1 at "callsite-place.mlir":1:1))

