"a"(%x) : (i32) -> () // expected-error {{undeclared}}   
