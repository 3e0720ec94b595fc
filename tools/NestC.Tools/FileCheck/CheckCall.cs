using NestC.Tools.Lit;

namespace NestC.Tools.FileCheck;

/// <summary>A use of FileCheck in a RUN line: the prefixes it reads and the commands whose output it checks.</summary>
internal sealed class CheckCall
{
    /// <summary>Line of the RUN line.</summary>
    public required int Line { get; init; }

    /// <summary>True when the check file is the test itself.</summary>
    public required bool ReadsTest { get; init; }

    public required List<string> Prefixes { get; init; }

    /// <summary>Other options of the call, which a check of regenerated directives must keep.</summary>
    public required List<string> Options { get; init; }

    /// <summary>The pipeline, and the index of FileCheck in it.</summary>
    public required ShellPipeline Pipeline { get; init; }
    public required int Index { get; init; }

    /// <summary>True for a word that names FileCheck.</summary>
    public static bool IsFileCheck(string word) => Path.GetFileName(word) is "FileCheck" or "nest-check";

    /// <summary>Lists the uses of FileCheck in a RUN line as written, or expanded with <paramref name="testName"/> standing for %s.</summary>
    public static List<CheckCall> Find(List<ShellPipeline> pipelines, int line, string testName)
    {
        var calls = new List<CheckCall>();
        foreach (ShellPipeline pipeline in pipelines)
        {
            for (int i = 0; i < pipeline.Commands.Count; i++)
            {
                List<string> words = pipeline.Commands[i].Words;
                int at = 0;
                while (at < words.Count && (words[at] is "not" or "env" || words[at].IndexOf('=') > 0)) at++;
                if (at < words.Count && IsFileCheck(words[at])) calls.Add(Create(words, at + 1, line, testName, pipeline, i));
            }
        }
        return calls;
    }

    private static CheckCall Create(List<string> words, int at, int line, string testName, ShellPipeline pipeline, int index)
    {
        var prefixes = new List<string>();
        var options = new List<string>();
        bool readsTest = false;
        for (; at < words.Count; at++)
        {
            string word = words[at], name = word.TrimStart('-');
            if (!word.StartsWith('-'))
            {
                readsTest |= word == testName;
                continue;
            }
            int equals = name.IndexOf('=');
            string? value = equals < 0 ? null : name[(equals + 1)..];
            if (equals >= 0) name = name[..equals];
            bool separate = value == null && at + 1 < words.Count &&
                name is "check-prefix" or "check-prefixes" or "input-file" or "implicit-check-not" or "dump-input" or "comment-prefixes" or "D";
            if (separate) value = words[++at];
            if (name is "check-prefix" or "check-prefixes") prefixes.AddRange((value ?? "").Split(','));
            else if (name is not ("input-file" or "dump-input")) options.Add(separate ? $"{word}={value}" : word);
        }
        if (prefixes.Count == 0) prefixes.Add("CHECK");
        return new CheckCall { Line = line, ReadsTest = readsTest, Prefixes = prefixes, Options = options, Pipeline = pipeline, Index = index };
    }
}
