using NestC.Builtin;

namespace NestC.IR;

/// <summary>
/// What the attribute of a property must be, beyond its class. Implemented by empty structs with static members, as
/// <see cref="ITypeConstraint"/> is.
/// </summary>
public interface IAttrConstraint
{
    /// <summary>Whether the attribute fits.</summary>
    static abstract bool Matches(Attr attr);

    /// <summary>As it stands after `failed to satisfy constraint: `.</summary>
    static abstract string Describe { get; }
}

/// <summary>A symbol reference without nested ones: `@f`.</summary>
public readonly struct FlatSymbolRef : IAttrConstraint
{
    public static bool Matches(Attr attr) => attr is SymbolRefAttr { IsFlat: true };

    public static string Describe => "flat symbol reference attribute";
}

/// <summary>An integer that is not negative.</summary>
public readonly struct NonNegative : IAttrConstraint
{
    public static bool Matches(Attr attr) => attr is IntegerAttr { Value: >= 0 };

    public static string Describe => "integer attribute whose value is non-negative";
}

/// <summary>An integer above zero.</summary>
public readonly struct Positive : IAttrConstraint
{
    public static bool Matches(Attr attr) => attr is IntegerAttr { Value: > 0 };

    public static string Describe => "integer attribute whose value is positive";
}

/// <summary>An array of dictionaries, one for each argument or result of a function.</summary>
public readonly struct ArrayOfDictionaries : IAttrConstraint
{
    public static bool Matches(Attr attr)
    {
        if (attr is not ArrayAttr array) return false;
        foreach (Attr element in array.Elements)
            if (element is not DictionaryAttr) return false;
        return true;
    }

    public static string Describe => "Array of dictionary attributes";
}
