namespace NestC.IR;

/// <summary>
/// What the type of an operand or result must be. Implemented by empty structs with static members, so that a constraint costs
/// nothing and documents itself.
/// </summary>
public interface ITypeConstraint
{
    /// <summary>Whether the type fits.</summary>
    static abstract bool Matches(IrType type);

    /// <summary>As it stands in messages and documentation: `signless integer`.</summary>
    static abstract string Describe { get; }
}

/// <summary>A constraint that one type alone fits: formats and builders need not name it.</summary>
public interface IBuildableType : ITypeConstraint
{
    static abstract IrType Build(NestContext context);
}

/// <summary>Any type.</summary>
public readonly struct AnyType : ITypeConstraint
{
    public static bool Matches(IrType type) => true;

    public static string Describe => "any type";
}
