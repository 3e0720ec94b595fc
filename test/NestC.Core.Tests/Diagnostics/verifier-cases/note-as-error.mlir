// expected-error @below {{existing symbol}}
func.func @f() {
  return
}
// expected-error @below {{redefinition}}
func.func @f() {
  return
}
