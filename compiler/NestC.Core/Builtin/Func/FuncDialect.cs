using NestC.IR;

namespace NestC.Builtin;

/// <summary>Functions, calls and returns.</summary>
[Dialect("func")]
public sealed partial class FuncDialect(NestContext context) : Dialect(context, "func");
