// expected-error @+1 {{expected 2 operands}}
"arith.addi"() : () -> i32 loc("elsewhere.mlir":1:1)
