using NestC.IR;

namespace NestC.Builtin.Cf;

/// <summary>Control flow between the blocks of a region.</summary>
[Dialect("cf")]
public sealed partial class CfDialect(NestContext context) : Dialect(context, "cf");
