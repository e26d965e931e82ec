chancerySearch.deliver("index","53fbc3dfbc",{"firsts":[""]});
