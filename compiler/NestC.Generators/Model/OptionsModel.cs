namespace NestC.Generators;

/// <summary>The options of a class, sorted by name.</summary>
internal sealed record OptionsModel
{
    public string Namespace { get; init; } = "";
    public string Class { get; init; } = "";
    public EquatableArray<OptionModel> Options { get; init; }
}

/// <summary>An option: a property, and the class that declares it.</summary>
internal sealed record OptionModel(string Name, string Summary, string Property, string Type, string Owner);
