"a"(%x) : (i32) -> () // expected-error {{undeclared}}
// expected-error @-100 {{undeclared}}
