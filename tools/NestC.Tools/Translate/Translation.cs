using NestC.IR;
using NestC.Syntax;

namespace NestC.Tools.Translate;

/// <summary>What one run of a translation works on.</summary>
public sealed class TranslationJob
{
    public required NestContext Context { get; init; }

    public required SourceFile Input { get; init; }

    /// <summary>The file or folder to write; `-` for standard output.</summary>
    public required string Output { get; init; }

    public required Stream StandardOutput { get; init; }

    /// <summary>The options of the translation that were given, by name.</summary>
    public required IReadOnlyDictionary<string, string> Options { get; init; }

    /// <summary>Writes the whole result to the output.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (Output != "-")
        {
            File.WriteAllBytes(Output, bytes);
            return;
        }
        StandardOutput.Write(bytes);
        StandardOutput.Flush();
    }
}

/// <summary>A translation of nest-translate: false after an error was reported to the context.</summary>
/// <param name="Name">The flag that asks for it, without dashes.</param>
/// <param name="Summary">One line of help.</param>
/// <param name="Options">The names of its options, without dashes, and their help.</param>
/// <param name="Run">Does the work.</param>
public sealed record Translation(string Name, string Summary, (string Name, string Help)[] Options, Func<TranslationJob, bool> Run)
{
    /// <summary>False for what is made from nothing; standard input is not waited for then.</summary>
    public bool NeedsInput { get; init; } = true;
}
