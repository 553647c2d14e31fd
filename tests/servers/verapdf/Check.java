import java.io.FileInputStream;
import java.util.List;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/**
 * Holds PDF files against PDF/A and PDF/UA: Check FLAVOUR[,FLAVOUR] FILE...
 * Prints one line for each file and flavour, "pass 3a FILE" or "fail 3a FILE 6.2.11.4.1-2 ...", with the rules that
 * were broken. Ends with 0 when all passed, 1 when one failed, 2 when a file could not be read at all.
 */
public final class Check {
    public static void main(String[] arguments) {
        VeraGreenfieldFoundryProvider.initialise();
        int status = 0;
        for (String file : List.of(arguments).subList(1, arguments.length)) {
            for (String flavour : arguments[0].split(",")) {
                try {
                    status = Math.max(status, judge(file, flavour) ? 0 : 1);
                } catch (Exception unreadable) {
                    System.out.println("unreadable " + flavour + " " + file + " " + unreadable);
                    status = 2;
                }
            }
        }
        System.exit(status);
    }

    private static boolean judge(String file, String name) throws Exception {
        var flavour = PDFAFlavour.fromString(name);
        try (var input = new FileInputStream(file);
             var parser = Foundries.defaultInstance().createParser(input, flavour);
             var validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            var result = validator.validate(parser);
            var line = new StringBuilder(result.isCompliant() ? "pass " : "fail ").append(name).append(' ').append(file);
            result.getTestAssertions().stream()
                .filter(assertion -> assertion.getStatus() == TestAssertion.Status.FAILED)
                .map(assertion -> assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber())
                .distinct().sorted().forEach(rule -> line.append(' ').append(rule));
            System.out.println(line);
            return result.isCompliant();
        }
    }
}
