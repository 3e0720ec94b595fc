// expected-error   @+1    {{undeclared SSA}}
"a"(%x) : (i32) -> ()
