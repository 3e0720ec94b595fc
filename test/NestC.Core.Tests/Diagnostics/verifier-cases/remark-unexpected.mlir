module attributes {transform.with_named_sequence} {
  func.func @f() {
    // nothing
    return 
  }
  transform.named_sequence @__transform_main(%arg0: !transform.any_op {transform.readonly}) {
    %0 = transform.structured.match ops{["func.return"]} in %arg0 : (!transform.any_op) -> !transform.any_op
    transform.debug.emit_remark_at %0, "found a return" : !transform.any_op
    transform.yield
  }
}
