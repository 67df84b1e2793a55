"""Counts the test cases of JUnit XML files: prints "PASSED FAILED SKIPPED", and the failed ones on standard error.

Meson and pytest both write such files; ./dev sums them into its closing line.
"""
import sys
import xml.etree.ElementTree as ET


def main(paths):
    passed = failed = skipped = 0
    for path in paths:
        for case in ET.parse(path).iter('testcase'):
            if case.find('failure') is not None or case.find('error') is not None:
                failed += 1
                print('   failed: %s %s' % (case.get('classname', ''), case.get('name')), file=sys.stderr)
            elif case.find('skipped') is not None:
                skipped += 1
            else:
                passed += 1
    print(passed, failed, skipped)


if __name__ == '__main__':
    main(sys.argv[1:])
