using NestC.Builtin;

namespace NestC.IR;

// Descriptions are upstream's, since they stand in messages.

/// <summary>An integer type of any signedness and width.</summary>
public readonly struct AnyInteger : ITypeConstraint
{
    public static bool Matches(IrType type) => type is IntegerType;

    public static string Describe => "integer";
}

public readonly struct SignlessInteger : ITypeConstraint
{
    public static bool Matches(IrType type) => type is IntegerType { IsSignless: true };

    public static string Describe => "signless integer";
}

public readonly struct SignedInteger : ITypeConstraint
{
    public static bool Matches(IrType type) => type is IntegerType { IsSigned: true };

    public static string Describe => "signed integer";
}

public readonly struct UnsignedInteger : ITypeConstraint
{
    public static bool Matches(IrType type) => type is IntegerType { IsUnsigned: true };

    public static string Describe => "unsigned integer";
}

/// <summary>`i1`.</summary>
public readonly struct I1 : IBuildableType
{
    public static bool Matches(IrType type) => type.IsSignlessInteger(1);

    public static string Describe => "1-bit signless integer";

    public static IrType Build(NestContext context) => context.Common.I1;
}

/// <summary>`i8`.</summary>
public readonly struct I8 : IBuildableType
{
    public static bool Matches(IrType type) => type.IsSignlessInteger(8);

    public static string Describe => "8-bit signless integer";

    public static IrType Build(NestContext context) => context.Common.I8;
}

/// <summary>`i16`.</summary>
public readonly struct I16 : IBuildableType
{
    public static bool Matches(IrType type) => type.IsSignlessInteger(16);

    public static string Describe => "16-bit signless integer";

    public static IrType Build(NestContext context) => context.Common.I16;
}

/// <summary>`i32`.</summary>
public readonly struct I32 : IBuildableType
{
    public static bool Matches(IrType type) => type.IsSignlessInteger(32);

    public static string Describe => "32-bit signless integer";

    public static IrType Build(NestContext context) => context.Common.I32;
}

/// <summary>`i64`.</summary>
public readonly struct I64 : IBuildableType
{
    public static bool Matches(IrType type) => type.IsSignlessInteger(64);

    public static string Describe => "64-bit signless integer";

    public static IrType Build(NestContext context) => context.Common.I64;
}

/// <summary>`ui8`.</summary>
public readonly struct UI8 : IBuildableType
{
    public static bool Matches(IrType type) => type is IntegerType { IsUnsigned: true, Width: 8 };

    public static string Describe => "8-bit unsigned integer";

    public static IrType Build(NestContext context) => IntegerType.Get(context, 8, Signedness.Unsigned);
}

/// <summary>`index`. (The name `Index` is .NET's.)</summary>
public readonly struct AnyIndex : IBuildableType
{
    public static bool Matches(IrType type) => type is IndexType;

    public static string Describe => "index";

    public static IrType Build(NestContext context) => context.Common.Index;
}

public readonly struct SignlessIntegerOrIndex : ITypeConstraint
{
    // Comparing exact classes: compiled ahead of time, `is` would be a call.
    public static bool Matches(IrType type) =>
        type.GetType() == typeof(IntegerType) ? System.Runtime.CompilerServices.Unsafe.As<IntegerType>(type).IsSignless : type is IndexType;

    public static string Describe => "signless integer or index";
}

public readonly struct Float : ITypeConstraint
{
    public static bool Matches(IrType type) => type is FloatType;

    public static string Describe => "floating-point";
}

/// <summary>`f16`.</summary>
public readonly struct F16 : IBuildableType
{
    public static bool Matches(IrType type) => type == type.Context.Common.F16;

    public static string Describe => "16-bit float";

    public static IrType Build(NestContext context) => context.Common.F16;
}

/// <summary>`bf16`.</summary>
public readonly struct BF16 : IBuildableType
{
    public static bool Matches(IrType type) => type == type.Context.Common.BF16;

    public static string Describe => "bfloat16 type";

    public static IrType Build(NestContext context) => context.Common.BF16;
}

/// <summary>`f32`.</summary>
public readonly struct F32 : IBuildableType
{
    public static bool Matches(IrType type) => type == type.Context.Common.F32;

    public static string Describe => "32-bit float";

    public static IrType Build(NestContext context) => context.Common.F32;
}

/// <summary>`f64`.</summary>
public readonly struct F64 : IBuildableType
{
    public static bool Matches(IrType type) => type == type.Context.Common.F64;

    public static string Describe => "64-bit float";

    public static IrType Build(NestContext context) => context.Common.F64;
}

public readonly struct Complex : ITypeConstraint
{
    public static bool Matches(IrType type) => type is ComplexType;

    public static string Describe => "complex-type";
}

public readonly struct Function : ITypeConstraint
{
    public static bool Matches(IrType type) => type is FunctionType;

    public static string Describe => "function type";
}

/// <summary>`none`.</summary>
public readonly struct NoneValue : IBuildableType
{
    public static bool Matches(IrType type) => type is NoneType;

    public static string Describe => "none type";

    public static IrType Build(NestContext context) => context.Common.None;
}
