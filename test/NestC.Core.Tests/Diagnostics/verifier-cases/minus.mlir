"a"(%x) : (i32) -> ()

// expected-error@-2 {{undeclared}}
