// expected-error @+2 {{expected 2 operands}}
"arith.addi"() : () -> i32 loc(fused["n", "fused-place.mlir":3:1, "fused-place.mlir":1:1])

