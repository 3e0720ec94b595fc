namespace NestC.Tools.FileCheck;

/// <summary>When the annotated input is printed.</summary>
public enum DumpInput { Help, Always, Fail, Never }

/// <summary>Which input lines the dump shows.</summary>
public enum DumpInputFilter { All, AnnotationFull, Annotation, Error }

/// <summary>The options of FileCheck, with its names and defaults.</summary>
public sealed class FileCheckOptions
{
    /// <summary>Prefixes of directives; `CHECK` when empty.</summary>
    public List<string> CheckPrefixes { get; } = [];

    /// <summary>Prefixes of comments that are not searched for directives; `COM` and `RUN` when empty.</summary>
    public List<string> CommentPrefixes { get; } = [];

    /// <summary>Patterns that must not match between directives.</summary>
    public List<string> ImplicitCheckNot { get; } = [];

    /// <summary>Definitions `VAR=text` and `#VAR=expression`.</summary>
    public List<string> Defines { get; } = [];

    public bool AllowEmptyInput { get; set; }
    public bool AllowUnusedPrefixes { get; set; }
    public bool AllowDeprecatedDagOverlap { get; set; }
    public bool MatchFullLines { get; set; }
    public bool StrictWhitespace { get; set; }
    public bool EnableVarScope { get; set; }
    public bool IgnoreCase { get; set; }
    public bool Verbose { get; set; }
    public bool VeryVerbose { get; set; }
    public DumpInput DumpInput { get; set; } = DumpInput.Fail;
    public DumpInputFilter? DumpInputFilter { get; set; }

    /// <summary>Lines of context around the lines that the filter chooses.</summary>
    public uint DumpInputContext { get; set; } = 5;

    /// <summary>True when no prefix was named, so that `CHECK` may be absent beside an implicit check.</summary>
    public bool UsesDefaultPrefix => CheckPrefixes.Count == 0;
}
