using System.Text;
using System.Text.Json;
using NestC.Diagnostics;
using NestC.IR;
using Xunit;

namespace NestC.Core.Tests.Diagnostics;

public class VerdictTests
{
    private static Verdict TooWide { get; } = Verdict.No("NEST5004", "K <= 512", 768, 512, "legal if K <= 512");

    [Fact]
    public void Text()
    {
        Assert.Equal("yes", Verdict.Yes.ToString());
        Assert.Equal("K <= 512 does not hold: it is 768, the limit is 512", TooWide.ToString());
        Assert.Equal("input is a concat does not hold: it is graph.add", Verdict.No("NEST3001", "input is a concat", "graph.add").ToString());
        Assert.Equal("shape is static does not hold", Verdict.No("NEST5005", "shape is static").ToString());
        Assert.Equal("the shift must be at most 15, got 17", Verdict.No("NEST5005", "the shift must be at most 15", 17, 15).ToString());
        Assert.Equal("the input must fit the buffer, got 2500 (limit 2048)", Verdict.No("NEST5005", "the input must fit the buffer", 2500, 2048).ToString());
        Assert.Equal("the input must be stored as bytes, got u8 (wanted i8)", Verdict.No("NEST5005", "the input must be stored as bytes", "u8", "i8").ToString());
        Assert.Equal("the bias must be constant", Verdict.No("NEST5005", "the bias must be constant").ToString());
    }

    [Fact]
    public void TheFirstNoDecidesAndLaterChecksDoNotRun()
    {
        int asked = 0;
        Verdict Ask(Verdict answer)
        {
            asked++;
            return answer;
        }
        Assert.Equal(TooWide, Ask(Verdict.Yes) && Ask(TooWide) && Ask(Verdict.No("NEST5005", "never asked")));
        Assert.Equal(2, asked);
        Assert.True((Verdict.Yes && Verdict.Yes).IsYes);
    }

    [Fact]
    public void Json()
    {
        static JsonElement Write(Verdict verdict)
        {
            using MemoryStream stream = new();
            using (Utf8JsonWriter json = new(stream)) verdict.WriteJson(json);
            return JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray())).RootElement;
        }
        Assert.Equal("""{"legal":true}""", Write(Verdict.Yes).GetRawText());
        JsonElement no = Write(TooWide);
        Assert.False(no.GetProperty("legal").GetBoolean());
        Assert.Equal("NEST5004", no.GetProperty("code").GetString());
        Assert.Equal(768, no.GetProperty("actual").GetInt64());
        Assert.Equal(512, no.GetProperty("limit").GetInt64());
        Assert.Equal("legal if K <= 512", no.GetProperty("help").GetString());
    }

    [Fact]
    public void ADiagnosticCarriesTheReason()
    {
        Assert.Null(Verdict.Yes.ToDiagnostic(Severity.Remark, Location.Unknown));
        Diagnostic remark = TooWide.ToDiagnostic(Severity.Remark, Location.Unknown)!;
        Assert.Equal(("NEST5004", TooWide.ToString(), "legal if K <= 512"), (remark.Code, remark.Message, remark.Help));
    }
}
